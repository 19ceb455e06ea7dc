package dev.signet.onnx.node;

import java.util.Optional;

/** A node's attributes, read with types, wherever they are kept. */
public interface NodeAttributes {
    /** An integer, or {@code absent} where the node does not have it. */
    long integer(String name, long absent);

    /** A text, or {@code absent} where the node does not have it. */
    String text(String name, String absent);

    /** A list of integers; empty where the node does not have it. */
    Optional<long[]> integers(String name);
}
