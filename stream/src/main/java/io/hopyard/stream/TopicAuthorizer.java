package io.hopyard.stream;

import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.ingest.TopicAccess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.server.authorizer.AclCreateResult;
import org.apache.kafka.server.authorizer.AclDeleteResult;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closed by default: nodes that use the log may do everything but act as its brokers, heads that too; a user, who may come in by the CLIENT listener only, may write
 * to and describe the topics that {@link TopicAccess} grants, and nothing else. Made by the broker by its class name. The
 * decision comes in by {@link #ACCESS}, since the broker turns all of its settings into text. Thread safe.
 */
public final class TopicAuthorizer implements Authorizer {
    /** Bound while the broker starts, which is when it makes its authorizers. */
    static final ScopedValue<LogAccess> ACCESS = ScopedValue.newInstance();

    static final String CLIENT_LISTENER = "CLIENT";
    static final String NODE_PREFIX = "node:";
    /** The public client names this group when it asks for offsets; it may learn that the group has a coordinator. */
    static final String CLIENT_GROUP = "hsfs_consumer_group";

    private static final Logger LOG = LoggerFactory.getLogger(TopicAuthorizer.class);
    private static final TopicAccess NOBODY = new TopicAccess() {
        @Override
        public boolean mayWrite(String principal, String topic) {
            return false;
        }

        @Override
        public boolean mayDescribe(String principal, String topic) {
            return false;
        }
    };

    private static final NodeGate NO_NODE = (subject, validFrom) -> "the log's broker is closed";
    private static final LogAccess CLOSED = new LogAccess(NOBODY, NO_NODE, NO_NODE);

    private volatile LogAccess access = CLOSED;

    @Override
    public void configure(Map<String, ?> settings) {
        access = ACCESS.get();
    }

    @Override
    public Map<Endpoint, ? extends CompletionStage<Void>> start(AuthorizerServerInfo server) {
        Map<Endpoint, CompletionStage<Void>> ready = new HashMap<>();
        server.endpoints().forEach(endpoint -> ready.put(endpoint, CompletableFuture.<Void>completedFuture(null)));
        return ready;
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        return actions.stream()
                .map(action -> result(allowed(context, action.resourcePattern(), action.operation())))
                .toList();
    }

    private boolean allowed(AuthorizableRequestContext context, ResourcePattern resource, AclOperation operation) {
        boolean asBroker = resource.resourceType() == ResourceType.CLUSTER && operation == AclOperation.CLUSTER_ACTION;
        if (node(context.principal(), asBroker ? access.brokers() : access.nodes())) {
            return true;
        }
        if (!user(context) || resource.patternType() != PatternType.LITERAL) {
            return false;
        }
        String name = context.principal().getName();
        return switch (resource.resourceType()) {
            case TOPIC -> allowedTopic(name, resource.name(), operation);
            case GROUP -> operation == AclOperation.DESCRIBE && resource.name().equals(CLIENT_GROUP);
            default -> false;
        };
    }

    private boolean allowedTopic(String user, String topic, AclOperation operation) {
        try {
            return switch (operation) {
                case WRITE -> access.topics().mayWrite(user, topic);
                case DESCRIBE -> access.topics().mayDescribe(user, topic);
                default -> false;
            };
        } catch (FeatureStoreException e) {
            LOG.atWarn()
                    .addKeyValue("principal", user)
                    .addKeyValue("topic", topic)
                    .addKeyValue("code", e.code())
                    .log("Refused a log request because rights could not be looked up.");
            return false;
        }
    }

    /** A producer asks for an id of its own before it knows any topic; it grants nothing. */
    @Override
    public AuthorizationResult authorizeByResourceType(
            AuthorizableRequestContext context, AclOperation operation, ResourceType type) {
        boolean asksForProducerId = operation == AclOperation.WRITE && type == ResourceType.TOPIC;
        return result(node(context.principal(), access.nodes()) || (user(context) && asksForProducerId));
    }

    /** One broker passes a node's request on to another only after it was asked here about the node's certificate. */
    private static boolean node(KafkaPrincipal principal, NodeGate gate) {
        if (!isNode(principal)) {
            return false;
        }
        if (!(principal instanceof NodePrincipal node)) {
            return true;
        }
        String objection = gate.objection(node.subject(), node.validFrom());
        if (objection != null && node.firstRefusal()) {
            LOG.atWarn().addKeyValue("reason", objection).log("Refused requests of a node to the log.");
        }
        return objection == null;
    }

    private static boolean isNode(KafkaPrincipal principal) {
        return principal.getPrincipalType().equals(KafkaPrincipal.USER_TYPE)
                && principal.getName().startsWith(NODE_PREFIX);
    }

    private static boolean user(AuthorizableRequestContext context) {
        KafkaPrincipal principal = context.principal();
        return context.listenerName().equals(CLIENT_LISTENER)
                && principal.getPrincipalType().equals(KafkaPrincipal.USER_TYPE)
                && !isNode(principal)
                && !principal.equals(KafkaPrincipal.ANONYMOUS);
    }

    private static AuthorizationResult result(boolean allowed) {
        return allowed ? AuthorizationResult.ALLOWED : AuthorizationResult.DENIED;
    }

    @Override
    public List<? extends CompletionStage<AclCreateResult>> createAcls(
            AuthorizableRequestContext context, List<AclBinding> bindings) {
        throw noAcls();
    }

    @Override
    public List<? extends CompletionStage<AclDeleteResult>> deleteAcls(
            AuthorizableRequestContext context, List<AclBindingFilter> filters) {
        throw noAcls();
    }

    @Override
    public Iterable<AclBinding> acls(AclBindingFilter filter) {
        return List.of();
    }

    private static InvalidRequestException noAcls() {
        return new InvalidRequestException(
                "rights of topics come from project memberships, there are no lists to change");
    }

    @Override
    public void close() {
        access = CLOSED;
    }
}
