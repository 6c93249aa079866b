package ninebark.deploy.config;

import java.net.InetSocketAddress;

/** A storage node and where it serves its disks. */
public record NodeConfig(String name, InetSocketAddress address) {}
