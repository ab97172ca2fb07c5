package io.hopyard.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineTest {
    private static final long MILLI = 1_000_000;

    @TempDir
    private Path folder;

    @Test
    void theLongestGapIsFoundWhereverItLies() {
        Timeline timeline = new Timeline("reads");
        timeline.begin(0);
        timeline.success(9 * MILLI, 10 * MILLI);
        timeline.failure(20 * MILLI, "UNAVAILABLE");
        timeline.success(400 * MILLI, 510 * MILLI);
        timeline.end(600 * MILLI);
        Timeline.Summary summary = timeline.summary(new Phases(0));
        assertThat(summary.longestGap()).isEqualTo(Duration.ofMillis(500));
        assertThat(summary.gapAt()).isEqualTo(Duration.ofMillis(10));
        assertThat(summary.successes()).isEqualTo(2);
        assertThat(summary.failures()).isEqualTo(Map.of("UNAVAILABLE", 1L));
        assertThat(summary.points())
                .extracting(Timeline.Point::successesPerSecond)
                .containsExactly(10.0, 0.0, 0.0, 0.0, 0.0, 10.0);
        assertThat(summary.points().getLast().p99Millis()).isEqualTo(110);
    }

    @Test
    void silenceUntilTheEndIsAGapToo() {
        Timeline timeline = new Timeline("writes");
        timeline.begin(0);
        timeline.success(0, MILLI);
        timeline.end(900 * MILLI);
        timeline.success(0, 2_000 * MILLI);
        assertThat(timeline.summary(new Phases(0)).longestGap()).isEqualTo(Duration.ofMillis(899));
        assertThat(timeline.summary(new Phases(0)).successes()).isEqualTo(1);
    }

    @Test
    void thePlotIsAPicture() throws Exception {
        Timeline timeline = new Timeline("reads");
        timeline.begin(0);
        for (int number = 1; number < 3_000; number++) {
            timeline.success(number * MILLI, (number + 2) * MILLI);
        }
        timeline.end(3_000 * MILLI);
        Path file = folder.resolve("plot.png");
        Plot.write(file, "kill-data", List.of(timeline.summary(new Phases(0))), Map.of(1.5, "kill -9 data-1"));
        assertThat(Files.size(file)).isGreaterThan(1_000);
        assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(1_000);
    }
}
