package dev.signet.engine.operator;

/** An operator can not say what it makes before the values of an input are there, such as a shape or a number of elements that the network computes. */
public final class ValueNeeded extends RuntimeException {
    private static final long serialVersionUID = 1;

    ValueNeeded(String what) {
        // Caught by whoever plans: nobody looks at the stack.
        super(what, null, false, false);
    }
}
