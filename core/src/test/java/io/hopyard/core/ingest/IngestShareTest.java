package io.hopyard.core.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class IngestShareTest {
    private static final List<String> THREE = List.of("id-1", "id-2", "id-3");

    private static List<IngestPartition> partitions() {
        List<IngestPartition> partitions = new ArrayList<>();
        for (long group = 1; group <= 100; group++) {
            for (int partition = 0; partition < 12; partition++) {
                partitions.add(new IngestPartition(group % 7, group, partition));
            }
        }
        return partitions;
    }

    private static List<String> owners(IngestPartition partition, List<String> alive) {
        return alive.stream()
                .filter(worker -> new IngestShare(worker, alive).holds(partition))
                .toList();
    }

    @Test
    void everyPartitionHasOneOwner() {
        assertThat(partitions())
                .allSatisfy(partition -> assertThat(owners(partition, THREE)).hasSize(1));
    }

    @Test
    void workersHaveAboutTheSameShare() {
        Map<String, Integer> shares = new HashMap<>();
        partitions().forEach(partition -> shares.merge(owners(partition, THREE).getFirst(), 1, Integer::sum));
        assertThat(shares.values())
                .hasSize(3)
                .allSatisfy(share -> assertThat(share).isBetween(340, 460));
    }

    @Test
    void onlyPartitionsOfTheDeadWorkerMove() {
        List<String> left = List.of("id-1", "id-3");
        assertThat(partitions()).allSatisfy(partition -> {
            String before = owners(partition, THREE).getFirst();
            String after = owners(partition, left).getFirst();
            assertThat(before.equals("id-2") || before.equals(after)).isTrue();
        });
    }

    @Test
    void partitionsOfTheDeadWorkerAreSharedByTheOthers() {
        List<String> left = List.of("id-1", "id-3");
        assertThat(partitions().stream()
                        .filter(partition -> owners(partition, THREE).getFirst().equals("id-2"))
                        .map(partition -> owners(partition, left).getFirst()))
                .contains("id-1", "id-3");
    }

    @Test
    void orderAndRepetitionOfNamesChangeNothing() {
        List<String> other = List.of("id-3", "id-1", "id-2", "id-1");
        assertThat(partitions())
                .allSatisfy(partition -> assertThat(new IngestShare("id-1", other).holds(partition))
                        .isEqualTo(new IngestShare("id-1", THREE).holds(partition)));
    }

    @Test
    void workerThatIsNotAmongTheLivingReadsNothing() {
        assertThat(partitions())
                .noneMatch(partition -> new IngestShare("id-9", THREE).holds(partition))
                .noneMatch(partition -> new IngestShare("id-9", List.of()).holds(partition));
    }

    @Test
    void workerAloneReadsEverything() {
        assertThat(partitions()).allMatch(IngestShare.WHOLE::holds);
    }

    private static Node node(String id, NodeRole role) {
        return new Node(id, "name-" + id, "local", "a", EnumSet.of(role), new TreeMap<>());
    }

    @Test
    void onlyWorkersAmongTheMembersShare() {
        List<Node> members = new ArrayList<>(List.of(node("id-1", NodeRole.WORKER), node("id-2", NodeRole.HEAD)));
        IngestAssignment assignment = IngestAssignment.among(() -> members, "id-1");
        assertThat(assignment.current()).isEqualTo(new IngestShare("id-1", List.of("id-1")));
        members.add(node("id-3", NodeRole.WORKER));
        assertThat(assignment.current()).isEqualTo(new IngestShare("id-1", List.of("id-1", "id-3")));
    }
}
