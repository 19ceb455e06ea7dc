package dev.signet.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleTest {
    @Test
    void oneCycleGoesUpAndDown() {
        assertThat(Schedule.ONE_CYCLE.factor(0)).isZero();
        assertThat(Schedule.ONE_CYCLE.factor(0.125)).isCloseTo(0.5, within(1e-12));
        assertThat(Schedule.ONE_CYCLE.factor(0.25)).isCloseTo(1, within(1e-12));
        assertThat(Schedule.ONE_CYCLE.factor(0.625)).isCloseTo(0.5, within(1e-12));
        assertThat(Schedule.ONE_CYCLE.factor(1)).isZero();
    }

    @Test
    void cosineIsAtHalfInTheMiddleOfItsWayDown() {
        assertThat(Schedule.COSINE.factor(0.05)).isCloseTo(1, within(1e-12));
        assertThat(Schedule.COSINE.factor(0.525)).isCloseTo(0.5, within(1e-12));
        assertThat(Schedule.COSINE.factor(1)).isCloseTo(0, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource
    void namesAreRead(Schedule schedule) {
        assertThat(Schedule.parse(schedule.toString())).isEqualTo(schedule);
        assertThatThrownBy(() -> Schedule.parse("step")).hasMessageContaining("one-cycle, cosine or constant");
    }
}
