"""Sound of shared/assets, and the transforms that the corpus' speech networks expect."""
import wave

import numpy as np
from scipy.signal import resample_poly

from pictures import ASSETS

FOLDER = ASSETS / "corpus/samples/audio"
SPEECH = ("gtcrn_mix", "oww_pos", "ten01", "ten02", "ten03")


def load(name):
    with wave.open(str(FOLDER / f"{name}.wav")) as file:
        data = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return data.astype(np.float32) / 32768, file.getframerate()


def speech():
    return [load(name)[0] for name in SPEECH]


def frames(sound, length, hop):
    count = 1 + (len(sound) - length) // hop
    return np.stack([sound[k * hop:k * hop + length] for k in range(count)])


def pieces(rate, length, count):
    """`count` pieces of `length` samples from all sounds, at `rate`."""
    whole = []
    for name in SPEECH + ("vocadito_10",):
        sound, own = load(name)
        whole.append(resample_poly(sound, rate, own) if own != rate else sound)
    whole = np.concatenate(whole).astype(np.float32)
    starts = np.linspace(0, len(whole) - length, count).astype(int)
    return [whole[s:s + length] for s in starts]


def mel_filters(rate, points, mels):
    """Slaney's filters with unit area, as librosa makes them."""
    step, corner, log_step = 200 / 3, 1000.0, np.log(6.4) / 27
    top = corner / step + np.log(rate / 2 / corner) / log_step
    mel = np.linspace(0, top, mels + 2)
    hertz = np.where(mel < corner / step, mel * step,
                     corner * np.exp(log_step * (mel - corner / step)))
    bins = np.fft.rfftfreq(points, 1 / rate)
    slopes = hertz[:, None] - bins[None]
    width = np.diff(hertz)
    rise, fall = -slopes[:-2] / width[:-1, None], slopes[2:] / width[1:, None]
    return np.clip(np.minimum(rise, fall), 0, None) * (2 / (hertz[2:] - hertz[:-2]))[:, None]


def dnsmos_features(sound):
    """[1, 900, 120] from 9 seconds at 16 kHz: (dB below the loudest + 40) / 40."""
    padded = np.pad(sound.astype(np.float64), 160)
    spectrum = np.fft.rfft(frames(padded, 321, 160) * np.hanning(322)[:321], axis=1)
    power = np.abs(spectrum) ** 2 @ mel_filters(16000, 321, 120).T
    decibel = 10 * np.log10(np.maximum(power, 1e-10))
    decibel = np.maximum(decibel - decibel.max(), -80)
    return ((decibel[:900] + 40) / 40)[None].astype(np.float32)
