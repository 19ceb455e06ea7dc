package dev.signet.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class MessagesTest {
    @Test
    void staysOnOneLineWithoutEscapes() {
        InputException e = InputException.of("a\nb", "\u001b[31mred\u009b31m \u202ereversed\u2028", "do\r\nthis");

        assertThat(e.getMessage()).isEqualTo("a b:  [31mred 31m  reversed ; do this");
    }

    @Test
    void cutsWhatIsEndless() {
        assertThat(InputException.of("x".repeat(1_000_000), "", "").getMessage())
                .hasSizeLessThan(2100);
    }

    @Test
    void givesTheReasonOfAFailure() {
        assertThat(Messages.reason(new FileSystemException("f", null, "No space left on device")))
                .isEqualTo("No space left on device");
        assertThat(Messages.reason(new AccessDeniedException("f"))).isEqualTo("permission denied");
        assertThat(Messages.reason(new IOException("broken"))).isEqualTo("broken");
        assertThat(Messages.reason(new IOException())).isEqualTo("IOException");
    }
}
