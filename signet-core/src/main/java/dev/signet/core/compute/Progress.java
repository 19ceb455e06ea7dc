package dev.signet.core.compute;

/** Where long work says how far it is. */
public interface Progress {
    /** Says nothing. */
    Progress NONE = (what, total) -> new Task() {
        @Override
        public void at(long done) {}

        @Override
        public void close() {}
    };

    /** Work of a known length begins; close it when it ends. */
    Task start(String what, long total);

    /** Says beforehand what is going to be done. */
    default void plan(String text) {}

    /** A piece of work under way. */
    interface Task extends AutoCloseable {
        /** {@code done} of the total are done; may be called from several threads. */
        void at(long done);

        @Override
        void close();
    }
}
