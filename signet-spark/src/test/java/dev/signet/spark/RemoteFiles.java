package dev.signet.spark;

import java.net.URI;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** This machine's files as if they were another's. */
public final class RemoteFiles extends RawLocalFileSystem {
    @Override
    public URI getUri() {
        return URI.create("remote://host");
    }

    @Override
    public String getScheme() {
        return "remote";
    }
}
