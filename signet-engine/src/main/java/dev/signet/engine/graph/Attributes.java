package dev.signet.engine.graph;

import dev.signet.engine.tensor.Tensor;
import dev.signet.onnx.node.NodeAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node's attributes by name, decoded once. An attribute of another type than the one asked for counts as an error of the model.
 *
 * @param values {@code Long}, {@code Float}, {@code String}, {@code long[]}, {@code float[]}, {@code String[]} or
 *     {@link Tensor}
 */
public record Attributes(Map<String, Object> values) implements NodeAttributes {
    /** No attributes. */
    public static final Attributes NONE = new Attributes(Map.of());

    /** Copies the map. */
    public Attributes {
        values = Map.copyOf(values);
    }

    /** Whether there is an attribute of that name. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    @Override
    public long integer(String name, long absent) {
        return get(name, Long.class).orElse(absent);
    }

    /** A truth value, which ONNX writes as an integer. */
    public boolean flag(String name, boolean otherwise) {
        return integer(name, otherwise ? 1 : 0) != 0;
    }

    /** A float. */
    public float number(String name, float otherwise) {
        return get(name, Float.class).orElse(otherwise);
    }

    @Override
    public String text(String name, String absent) {
        return get(name, String.class).orElse(absent);
    }

    @Override
    public Optional<long[]> integers(String name) {
        return get(name, long[].class);
    }

    /** A list of floats. */
    public Optional<float[]> numbers(String name) {
        return get(name, float[].class);
    }

    /** A list of strings; none if there is no such attribute. */
    public List<String> texts(String name) {
        return get(name, String[].class).map(List::of).orElse(List.of());
    }

    /** A tensor. */
    public Optional<Tensor> tensor(String name) {
        return get(name, Tensor.class);
    }

    private <T> Optional<T> get(String name, Class<T> type) {
        Object value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("attribute '%s' is a %s where a %s was expected"
                    .formatted(name, value.getClass().getSimpleName(), type.getSimpleName()));
        }
        return Optional.of(type.cast(value));
    }
}
