package dev.signet.engine.product;

/** Whether the kernels of a plan may round activations, and whether any of them does. Belongs to one planner. */
public final class Rounding {
    private final boolean allowed;
    private boolean used;

    /** @param allowed whether such kernels may be chosen */
    public Rounding(boolean allowed) {
        this.allowed = allowed;
    }

    /** Nothing is rounded. */
    public static Rounding none() {
        return new Rounding(false);
    }

    boolean isAllowed() {
        return allowed;
    }

    void use() {
        used = true;
    }

    /** Whether such a kernel was chosen. */
    public boolean isUsed() {
        return used;
    }
}
