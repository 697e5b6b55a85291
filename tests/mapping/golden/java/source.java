package org.example.store;

import java.util.*;
import org.example.rows.Row;
import static org.example.Limits.MOST;

/** A store. */
@Service(name = Names.STORE)
public class Store<T> extends Base<T> implements Reader, Writer<T> {
    private static final int LIMIT = 10;
    @Inject
    private Map<String, Row> rows, spare;

    public Store(String url) {
        super(url);
        this.rows = new HashMap<>();
    }

    @Override
    public <K> Row find(K key) throws NotFound {
        check(MOST);
        rows.get(key).touch();
        this.clock.now();
        return map(Row::parse, LIMIT);
    }

    enum State { QUEUED, RUNNING }

    record Pair(int left, String right) {}

    interface Reader extends Closeable {
        int read(byte[] into);
    }

    @interface Marker {}
}

/** Shapes. */
public sealed interface Shape<T extends Number & Comparable<T>> permits Circle, Square {
    double UNIT = 1.0, HALF = UNIT / 2;

    T area();

    default String label() {
        return "shape " + area();
    }

    static Shape<Integer> of(int side) {
        return new Square(side);
    }

    private void check() {}
}

record Circle(@NonNull Double radius, String... names) implements Shape<Double> {
    static int count;

    Circle {
        Objects.requireNonNull(radius);
    }

    Circle(String text) {
        this(Double.parseDouble(text));
    }

    public Double area() {
        return Math.PI * radius * radius;
    }
}

final class Square implements Shape<Integer>, java.io.Serializable {
    private static final long serialVersionUID = 1L;
    private final int side;
    private int[] cache[], sizes = {1, 2};

    static {
        Registry.add(Square.class);
    }

    {
        cache = null;
    }

    Square(final int side) {
        this.side = side;
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public Integer area() {
        Function<Integer, Integer> square = x -> x * x;
        Runnable runnable = new Runnable() {
            @Override
            public void run() {
                helper(side);
            }
        };
        class Local {
            int inner() { return side; }
        }
        return switch (Color.of(side)) {
            case RED, GREEN -> square.apply(side);
            default -> new Local().inner();
        };
    }

    private native int helper(int x);

    @SafeVarargs
    static <A, B extends List<? super A>> Map<A, B> zip(A[] left, B... right) throws IOException, Gone {
        if (left instanceof Object[] values && values.length > 0) {
            for (var value : values) Objects.hash(value);
        }
        return Map.of();
    }
}

enum Color implements Supplier<String> {
    RED("r") {
        @Override
        public String get() { return "red"; }
    },
    @Deprecated GREEN("g"),
    BLUE;

    private final String code;

    Color() { this(""); }

    Color(String code) { this.code = code; }

    static Color of(int number) { return values()[number]; }

    public String get() { return code; }
}

@Target({ElementType.TYPE, ElementType.METHOD})
@interface Audited {
    String value() default "";
    int[] levels() default {1, 2};
    int MOST = 3;
}
