/**
 * What gateways and index replicas say to each other inside Raft's own messages: questions, answers
 * and the replies of entries. Nothing here is kept on a disk. It knows nothing of Raft or of
 * connections. Start at {@link ninebark.metadata.wire.QuestionFormat}.
 */
package ninebark.metadata.wire;
