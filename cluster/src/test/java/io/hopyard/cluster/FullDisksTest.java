package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDisksTest {
    @TempDir
    private Path folder;

    @Test
    void otherNodeOfThePairHearsOfAFullDiskAndOfItsEnd() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination first = cluster.connect(server, "node:one");
                Coordination second = cluster.connect(server, "node:two");
                FullDisks one = new FullDisks(first, 1, "d1");
                FullDisks two = new FullDisks(second, 1, "d2");
                FullDisks stranger = new FullDisks(second, 2, "d3")) {
            one.start();
            two.start();
            stranger.start();
            one.say(true);
            Eventually.holds(() -> assertThat(two.others()).containsExactly("d1"));
            assertThat(one.others()).isEmpty();
            assertThat(stranger.others()).isEmpty();
            one.say(false);
            Eventually.holds(() -> assertThat(two.others()).isEmpty());
            one.say(true);
            Eventually.holds(() -> assertThat(two.others()).containsExactly("d1"));
        }
    }

    @Test
    void fullDiskOfANodeThatIsGoneIsForgotten() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination second = cluster.connect(server, "node:two");
                FullDisks two = new FullDisks(second, 1, "d2")) {
            two.start();
            try (Coordination first = cluster.connect(server, "node:one")) {
                FullDisks one = new FullDisks(first, 1, "d1");
                one.start();
                one.say(true);
                Eventually.holds(() -> assertThat(two.others()).containsExactly("d1"));
            }
            Eventually.holds(() -> assertThat(two.others()).isEmpty());
        }
    }
}
