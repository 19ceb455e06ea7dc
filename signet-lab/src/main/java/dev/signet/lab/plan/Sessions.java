package dev.signet.lab.plan;

import dev.signet.quantize.runtime.OnnxRuntimeModel;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** ONNX Runtime's sessions of one process: one for each model file, whoever runs it, a few kept open for who comes next. */
final class Sessions implements AutoCloseable {
    private final int threads;
    private final int most;
    private final Map<Path, Open> open = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * No sessions.
     *
     * @param threads of each
     * @param most how many are kept open that nobody uses
     */
    Sessions(int threads, int most) {
        this.threads = threads;
        this.most = most;
    }

    private static final class Open {
        private final OnnxRuntimeModel model;
        private int users;

        Open(OnnxRuntimeModel model) {
            this.model = model;
        }
    }

    /** A session in use; others may use it at the same time. */
    final class Lease implements AutoCloseable {
        private final Open session;

        private Lease(Open session) {
            this.session = session;
        }

        OnnxRuntimeModel model() {
            return session.model;
        }

        @Override
        public void close() {
            synchronized (Sessions.this) {
                session.users--;
                closeIdle(most);
            }
        }
    }

    /** The session of a file. @throws dev.signet.onnx.InputException if ONNX Runtime refuses it */
    synchronized Lease of(Path file) {
        Open session = open.computeIfAbsent(file, key -> new Open(OnnxRuntimeModel.open(key, threads)));
        session.users++;
        return new Lease(session);
    }

    /** Closes those that nobody uses, the longest unused first, until so many of them are left. */
    private void closeIdle(int left) {
        long idle = open.values().stream().filter(session -> session.users == 0).count();
        for (Iterator<Open> sessions = open.values().iterator(); idle > left && sessions.hasNext(); ) {
            Open session = sessions.next();
            if (session.users == 0) {
                session.model.close();
                sessions.remove();
                idle--;
            }
        }
    }

    @Override
    public synchronized void close() {
        closeIdle(0);
    }
}
