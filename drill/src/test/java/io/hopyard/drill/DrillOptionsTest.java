package io.hopyard.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrillOptionsTest {
    private static final Fault SMALL = fault("small", false, PlainGround.MAKER);
    private static final Fault WHOLE = fault("whole", true, PlainGround.MAKER);
    private static final Fault OTHER = fault("other", false, scratch -> new PlainGround());
    private static final List<Fault> KNOWN = List.of(SMALL, WHOLE, OTHER);

    private static Fault fault(String name, boolean whole, Ground.Maker ground) {
        return new Fault(name, "", whole, Duration.ZERO, Duration.ZERO, scene -> {}, ground);
    }

    private static DrillOptions parse(String... words) {
        return DrillOptions.parse(List.of(words), KNOWN);
    }

    @Test
    void drillsOfTheSameKindOfClusterShareOneEachRoundWithTheNextSeed() {
        List<DrillOptions.Cast> casts =
                parse("all", "--rounds", "2", "--seed", "7").casts();
        assertThat(casts).extracting(DrillOptions.Cast::whole).containsExactly(false, true, false);
        assertThat(casts.getFirst().turns())
                .containsExactly(new DrillOptions.Turn(SMALL, 7), new DrillOptions.Turn(SMALL, 8));
    }

    @Test
    void theShortFormStartsNoSmallClusterBesideALargeOne() {
        List<DrillOptions.Cast> casts = parse("small,whole,other", "--short").casts();
        assertThat(casts).extracting(DrillOptions.Cast::whole).containsExactly(true, false);
        assertThat(casts.getFirst().turns())
                .containsExactly(new DrillOptions.Turn(SMALL, 1), new DrillOptions.Turn(WHOLE, 1));
    }

    @Test
    void severalPlotsHaveTheirDrillInTheName() {
        DrillReport.Name name = new DrillReport.Name("small", 3);
        assertThat(parse("small", "--plot", "a/p.png").plot(name, false)).isEqualTo(Path.of("a/p.png"));
        assertThat(parse("small", "--rounds", "2", "--plot", "a/p.png").plot(name, false))
                .isEqualTo(Path.of("a/p-small-3.png"));
        assertThat(parse("small", "--plot", "a").plot(name, true)).isEqualTo(Path.of("a/small-3.png"));
        assertThat(parse("small").plot(name, false)).isNull();
    }

    @Test
    void whatCannotBeUnderstoodIsTold() {
        assertThatThrownBy(() -> parse("small,smal"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("drill: 'smal' (expected: all, or some of small, whole, other)");
        assertThatThrownBy(() -> parse("small", "--rounds", "-1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--rounds: '-1' (expected: a whole number)");
        assertThatThrownBy(() -> parse("small", "--rounds", "0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> parse("small", "--sead", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--sead (expected: --rounds N,");
    }
}
