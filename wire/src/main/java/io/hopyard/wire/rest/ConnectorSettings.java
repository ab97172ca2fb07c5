package io.hopyard.wire.rest;

/**
 * Where clients find the doors that are not REST.
 *
 * @param kafkaExternal bootstrap servers for clients outside the cluster, {@code host:port[,host:port]}
 * @param kafkaInternal the same for clients inside
 * @param mysqlAddress numeric {@code address:port} of the MySQL door
 */
public record ConnectorSettings(String kafkaExternal, String kafkaInternal, String mysqlAddress) {}
