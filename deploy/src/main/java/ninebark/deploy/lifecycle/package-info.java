/**
 * Lifecycle rules between those who do not know each other: the gateway, which reads documents, the
 * lifecycle module, which follows rules, and operators, who ask about both.
 */
package ninebark.deploy.lifecycle;
