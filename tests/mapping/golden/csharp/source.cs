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
