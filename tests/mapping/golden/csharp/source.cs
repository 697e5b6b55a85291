using System.Text;
using Rows = Example.Store.Rows;
using static Example.Limits;

namespace Example.Store;

/// <summary>A store.</summary>
[Service("store")]
public class Store<T> : Base, IReader<T> where T : new()
{
    public const int Limit = 10;
    private readonly Row first = new Row(1);
    public int Count { get; set; }
    public string Name => first.Name;
    public event EventHandler Changed;

    public Store(Clock clock) : base(clock)
    {
        this.Open();
    }

    public async Task<Row> FindAsync(Key key)
    {
        var local = clock.Now.Add(Limit);
        Check<Row>(key);
        first?.Touch();
        return await rows.Get<Row>(key);
    }

    delegate void Handler(int count);

    enum State { Queued, Running }
}

public record Pair(int Left, string Right);

struct Point { public int X; }

interface IReader<T> { T Read(); }

/// <summary>What shapes share.</summary>
public interface IShape<out T> : IComparable<IShape<T>>, IDisposable where T : struct
{
    const double Unit = 1.0;
    T Area { get; }
    string Label => $"shape {Area}";
    T this[int index] { get; set; }
    event Action<T>? Moved;
    static abstract IShape<T> Make(T side);
}

[Serializable, Obsolete("old")]
public sealed partial class Circle(double radius, string name = "c") : Shape(name), IShape<double>
{
    private static readonly Dictionary<string, Func<double, double>> Table = new()
    {
        ["square"] = x => x * x,
    };
    private int _count, _spare = 2;
    public required string Color { get; init; } = "red";
    [JsonIgnore]
    public double Area
    {
        get => Table["square"](radius);
        private set { _count++; }
    }

    static Circle() => Table.Clear();

    ~Circle() { Dispose(false); }

    public double this[int index]
    {
        get { return index * radius; }
        set => radius = value;
    }

    public event EventHandler<Moved> Moved
    {
        add { _handlers += value; }
        remove { _handlers -= value; }
    }

    public static Circle operator +(Circle left, Circle right) => new(left._count, "sum");
    public static bool operator ==(Circle left, Circle right) => left.Equals(right);
    public static implicit operator double(Circle circle) => circle.Area;

    public override string ToString() => nameof(Circle);

    async IAsyncEnumerable<T> IReader<T>.Read<T>(T first, params T[] rest) where T : class, new()
    {
        int Local(int x) => x + _spare;
        foreach (var item in rest.Where(one => one is not null).Select(Local))
        {
            yield return await Task.FromResult(item).ConfigureAwait(false);
        }
        lock (this) using (var file = File.Open("x")) { }
        var shape = first switch { Circle { Area: > 1 } circle => circle.Area, _ => default };
    }

    partial void OnMoved(ref int count, out string text);

    public unsafe extern static int Native(int* pointer);

    private protected class Nested<TKey> { public TKey Key = default!; }
}

public readonly record struct Point(int X, int Y)
{
    public static readonly Point Zero = new(0, 0);
    public double Norm() => Math.Sqrt(X * X + Y * Y);
}

[Flags]
public enum Color : byte
{
    None = 0,
    Red = 1 << 0,
    [Description("g")] Green = 1 << 1,
    Both = Red | Green,
}

public delegate TResult Convert<in TInput, out TResult>(TInput input);

file static class Extensions
{
    public static int Twice(this int number) => number * 2;
    public static void Each<T>(this IEnumerable<T> items, Action<T> action)
    {
        foreach (var item in items) action(item);
    }
}
