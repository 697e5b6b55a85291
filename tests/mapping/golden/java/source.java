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
