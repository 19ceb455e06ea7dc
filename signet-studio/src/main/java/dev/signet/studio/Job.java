package dev.signet.studio;

import dev.signet.core.compute.Progress;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

/** A piece of work that a page waits for: how far it is, and whether it is still wanted. */
final class Job implements Progress {
    /** What becomes of a job, in this order. */
    enum State {
        WAITING,
        WORKING,
        DONE,
        FAILED,
        CANCELLED;

        boolean isEnd() {
            return compareTo(DONE) >= 0;
        }
    }

    /**
     * A job as it is now.
     *
     * @param phase what is being done
     * @param share how much of the phase is done, 0..1
     * @param step versions that are made
     * @param steps versions that are to be made
     * @param message why it failed, or what it could not do
     * @param revision of what has been made, to be compared with an earlier one
     */
    record Snapshot(
            String id,
            State state,
            String phase,
            double share,
            int step,
            int steps,
            double seconds,
            String message,
            int revision) {}

    private static final String WAITING = "waiting for other work";

    private final String id;
    private final String model;
    private final long start = System.nanoTime();
    private final AtomicInteger watchers = new AtomicInteger();
    private volatile boolean cancelled;
    private State state = State.WAITING;
    private String phase = WAITING;
    private String message = "";
    private double share;
    private int step;
    private int steps = 1;
    private int revision;
    private long end;

    Job(String id, String model) {
        this.id = id;
        this.model = model;
    }

    String id() {
        return id;
    }

    String model() {
        return model;
    }

    AtomicInteger watchers() {
        return watchers;
    }

    /** Ends it at its next step. */
    void cancel() {
        cancelled = true;
        synchronized (this) {
            if (phase.equals(WAITING)) {
                end(State.CANCELLED, "");
            }
        }
    }

    /** @throws CancellationException if nobody wants it any more */
    void check() {
        if (cancelled) {
            throw new CancellationException();
        }
    }

    /** @throws CancellationException if nobody wants it any more */
    synchronized void begin() {
        check();
        phase = "reading the model";
        state = State.WORKING;
    }

    synchronized void step(int now, int of) {
        step = now;
        steps = of;
        share = 0;
        phase = WAITING;
        revision++;
    }

    synchronized void note(String text) {
        message = message.isEmpty() ? text : message + " " + text;
    }

    synchronized void end(State last, String text) {
        if (!state.isEnd()) {
            // What fails when it is told to stop did not fail.
            state = cancelled ? State.CANCELLED : last;
            end = System.nanoTime();
            if (!text.isEmpty() && state == last) {
                note(text);
            }
            revision++;
        }
    }

    synchronized boolean isEnded() {
        return state.isEnd();
    }

    synchronized Snapshot snapshot() {
        double seconds = ((state.isEnd() ? end : System.nanoTime()) - start) / 1e9;
        return new Snapshot(id, state, phase, share, step, steps, seconds, message, revision);
    }

    @Override
    public Task start(String what, long total) {
        check();
        synchronized (this) {
            phase = what;
            share = 0;
        }
        return new Task() {
            @Override
            public void at(long done) {
                check();
                synchronized (Job.this) {
                    share = total > 0 ? Math.clamp((double) done / total, 0, 1) : 0;
                }
            }

            @Override
            public void close() {}
        };
    }
}
