package io.hopyard.testkit.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MemoryDatabaseTest extends DatabaseContract {
    private final MemoryDatabase database = new MemoryDatabase();

    @Override
    protected Database database() {
        return database;
    }

    @Test
    void aLostAnswerIsUnknownAndTheSameRequestDecides() {
        RowKey key = new RowKey("table", "lost", "a");
        Commit commit = new Commit(
                new RequestId(new UUID(1, 2)),
                List.of(new Condition.Absent(key)),
                List.of(new Write.Put(key, new byte[1])));
        database.loseAnswer(MemoryDatabase.LostAnswer.BEFORE_THE_COMMIT);
        database.loseAnswer(MemoryDatabase.LostAnswer.AFTER_THE_COMMIT);
        assertThat(database.commit(commit, soon())).isInstanceOf(Outcome.Unknown.class);
        assertThat(database.read(List.of(key), soon()).getFirst()).isNull();
        assertThat(database.commit(commit, soon())).isInstanceOf(Outcome.Unknown.class);
        assertThat(database.commit(commit, soon())).isEqualTo(new Outcome.Applied(1));
    }
}
