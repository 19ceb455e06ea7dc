package dev.signet.lab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.signet.quantize.image.Picture;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against scikit-image 0.19.3 (Debian's python3-skimage, run with /usr/bin/python3):
 *
 * <pre>
 * import numpy as np
 * from PIL import Image
 * from skimage.metrics import structural_similarity as ssim
 * def s(a,b): return ssim(a,b,gaussian_weights=True,sigma=1.5,use_sample_covariance=False,data_range=255)
 * for w,h in ((11,11),(16,12),(40,31)):
 *     y,x=np.mgrid[0:h,0:w]
 *     a=((7*x*x+13*y+x*y)%256).astype(float); b=np.clip(a+(5*x+3*y)%17*3-24,0,255); c=255-a
 *     print(w,h,repr(s(a,b)),repr(s(a,c)),repr(((a-b)**2).mean()))
 * i=np.asarray(Image.open('Set5/x2/HR/img_003.png').convert('RGB')).astype(float)
 * l=16+(65.481*i[...,0]+128.553*i[...,1]+24.966*i[...,2])/255
 * print(repr(s(l[:,1:],l[:,:-1])), repr(np.mean([s(i[:,1:,k],i[:,:-1,k]) for k in range(3)])),
 *     repr(((i[:,1:]-i[:,:-1])**2).mean()), repr(((l[:,1:]-l[:,:-1])**2).mean()))
 * </pre>
 */
class FidelityTest {
    private static Plane pattern(int width, int height) {
        float[] values = new float[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                values[y * width + x] = (7 * x * x + 13 * y + x * y) % 256;
            }
        }
        return new Plane(width, height, values);
    }

    private static Plane disturbed(Plane plane) {
        float[] values = plane.values().clone();
        for (int y = 0; y < plane.height(); y++) {
            for (int x = 0; x < plane.width(); x++) {
                int i = y * plane.width() + x;
                values[i] = Math.clamp(values[i] + (5 * x + 3 * y) % 17 * 3 - 24, 0f, 255f);
            }
        }
        return new Plane(plane.width(), plane.height(), values);
    }

    private static Plane negative(Plane plane) {
        float[] values = plane.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = 255 - values[i];
        }
        return new Plane(plane.width(), plane.height(), values);
    }

    @ParameterizedTest
    @CsvSource({
        "11, 11, 0.9805687226287606, -0.9861304434688806, 204.29752066115702",
        "16, 12, 0.9807275921438586, -0.9872627911769256, 209.02083333333334",
        "40, 31, 0.9799241215667951, -0.9698189934876161, 206.74354838709678"
    })
    void figuresAreThoseOfScikitImage(int width, int height, double disturbed, double negative, double squares) {
        Plane plane = pattern(width, height);
        Fidelity fidelity = Fidelity.of(List.of(plane), List.of(disturbed(plane)));
        assertThat(fidelity.ssim()).isCloseTo(disturbed, within(1e-9));
        assertThat(fidelity.mse()).isCloseTo(squares, within(1e-9));
        assertThat(fidelity.psnr()).isCloseTo(10 * Math.log10(255 * 255 / squares), within(1e-9));
        assertThat(StructuralSimilarity.of(plane, negative(plane))).isCloseTo(negative, within(1e-9));
    }

    @Test
    @Tag("real")
    void figuresOfAPhotoAreThoseOfScikitImage() {
        Picture photo = Picture.read(
                Path.of(System.getProperty("signet.assets"), "data/super-resolution/Set5/x2/HR/img_003.png"));
        Picture left = photo.crop(photo.width() - 1, photo.height());
        float[] values = new float[left.values().length];
        for (int row = 0; row < 3 * photo.height(); row++) {
            System.arraycopy(photo.values(), row * photo.width() + 1, values, row * left.width(), left.width());
        }
        Picture right = new Picture(left.width(), left.height(), values);
        Fidelity luma = Fidelity.of(List.of(Plane.luma(left)), List.of(Plane.luma(right)));
        Fidelity colours = Fidelity.of(Plane.colours(left), Plane.colours(right));
        assertThat(luma.ssim()).isCloseTo(0.807845695208392, within(1e-6));
        assertThat(luma.mse()).isCloseTo(434.6189249566325, within(1e-3));
        assertThat(colours.ssim()).isCloseTo(0.7814023555849924, within(1e-9));
        assertThat(colours.mse()).isCloseTo(578.0466145833333, within(1e-6));
    }

    @Test
    void equalPicturesHaveAFiniteRatio() {
        Plane plane = pattern(12, 12);
        Fidelity fidelity = Fidelity.of(List.of(plane), List.of(plane));
        assertThat(fidelity.ssim()).isCloseTo(1, within(1e-12));
        assertThat(fidelity.mse()).isZero();
        assertThat(fidelity.psnr()).isEqualTo(Fidelity.MOST_DECIBELS);
    }

    @Test
    void aPictureSmallerThanTheWindowHasNoSimilarity() {
        Plane plane = pattern(10, 40);
        assertThatThrownBy(() -> StructuralSimilarity.of(plane, plane)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLumaOfBlackAndWhiteIsThatOfTheStandard() {
        Picture picture = new Picture(2, 1, new float[] {0, 255, 0, 255, 0, 255});
        assertThat(Plane.luma(picture).values()).containsExactly(16, 235);
    }
}
