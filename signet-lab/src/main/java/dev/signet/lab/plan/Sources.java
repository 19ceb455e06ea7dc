package dev.signet.lab.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where models and data come from. */
public interface Sources {
    /** Files of this machine, used where they are. */
    Sources LOCAL = new Sources() {
        @Override
        public Path model(String location) {
            return Path.of(location);
        }

        @Override
        public Path data(String location) {
            return Path.of(location);
        }

        @Override
        public String stamp(String location) {
            Path file = Path.of(location);
            try {
                return Files.size(file) + " bytes of "
                        + Files.getLastModifiedTime(file).toMillis();
            } catch (IOException e) {
                return "absent";
            }
        }
    };

    /** A local model file, its external data beside it. @throws InputException if there is none */
    Path model(String location);

    /** A local file or folder. @throws InputException if there is none */
    Path data(String location);

    /** What changes when a model file changes, found out without reading it; never fails. */
    String stamp(String location);
}
