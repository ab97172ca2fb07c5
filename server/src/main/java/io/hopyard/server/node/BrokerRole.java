package io.hopyard.server.node;

import io.hopyard.core.access.OnlineLogins;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.ServingCatalog;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.HttpSettings;
import io.hopyard.wire.http.KeySource;
import io.hopyard.wire.mysql.MysqlDoor;
import io.hopyard.wire.mysql.MysqlSettings;
import io.hopyard.wire.online.OnlineErrors;
import io.hopyard.wire.online.OnlineRoutes;
import io.hopyard.wire.online.OnlineSettings;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What a broker runs: the doors to online features. It keeps nothing that another broker could not rebuild. */
final class BrokerRole {
    private BrokerRole() {}

    static List<Part> parts(
            Surroundings around,
            NodeIdentity identity,
            Metadata cached,
            ServingCatalog catalog,
            OnlineRows rows,
            BooleanSupplier healthy) {
        OnlineLogins logins = cached.credentials;
        OnlineRoutes routes = new OnlineRoutes(
                catalog,
                cached.gate,
                rows,
                new OnlineSettings(around.get(AllSettings.ONLINE_BATCH_MAX), around.get(AllSettings.ONLINE_PLANS_MAX)),
                healthy);
        HttpDoor online = new HttpDoor(
                onlineSettings(around, identity),
                routes.routes(),
                new HttpDoor.Parts(
                        cached.gate, KeySource.X_API_KEY, OnlineErrors::write, around.metrics(), around.ticker()));
        MysqlDoor mysql = new MysqlDoor(
                mysqlSettings(around),
                new MysqlDoor.Parts(
                        logins, cached.gate, catalog, rows, around.metrics(), around.ticker(), around.random()));
        return List.of(
                new Part("online-api", online::start, online::close).withFlow(online),
                new Part("mysql-door", mysql::start, mysql::close).withFlow(mysql));
    }

    private static HttpSettings onlineSettings(Surroundings around, NodeIdentity identity) {
        return HttpSettings.at(
                        "online", around.address(AllSettings.ONLINE_ADDRESS), around.get(AllSettings.ONLINE_PORT))
                .withTls(identity.node().sslContext())
                .withBodies(around.get(AllSettings.ONLINE_BODY_MAX), around.get(AllSettings.HTTP_DRAIN_MAX))
                .withConcurrency(
                        around.get(AllSettings.ONLINE_REQUESTS_MAX), around.get(AllSettings.ONLINE_CONNECTIONS_MAX))
                .withTimeouts(
                        around.get(AllSettings.ONLINE_IDLE_TIMEOUT),
                        around.get(AllSettings.ONLINE_REQUEST_TIMEOUT),
                        around.get(AllSettings.STOP_GRACE));
    }

    private static MysqlSettings mysqlSettings(Surroundings around) {
        return new MysqlSettings(
                around.address(AllSettings.MYSQL_ADDRESS),
                around.get(AllSettings.MYSQL_PORT),
                around.get(AllSettings.MYSQL_CONNECTIONS_MAX),
                around.get(AllSettings.MYSQL_LOGIN_TIMEOUT),
                around.get(AllSettings.MYSQL_IDLE_TIMEOUT),
                around.get(AllSettings.MYSQL_STATEMENT_TIMEOUT),
                around.get(AllSettings.MYSQL_SCAN_TIMEOUT),
                around.get(AllSettings.MYSQL_STALL_TIMEOUT),
                around.get(AllSettings.MYSQL_PACKET_MAX),
                around.get(AllSettings.MYSQL_PAGE_ROWS_MAX),
                around.get(AllSettings.MYSQL_SHAPES_MAX));
    }
}
