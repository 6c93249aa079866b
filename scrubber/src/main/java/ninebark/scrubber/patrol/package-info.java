/**
 * Looks at everything that is kept before a reader needs it, and tells rebuild what it finds.
 *
 * <p>Two kinds of looking, because neither can replace the other. {@link
 * ninebark.scrubber.patrol.DiskPatrol} goes through one disk and reads every byte it holds: the
 * checksums on the disk tell what has rotted. {@link ninebark.scrubber.patrol.RollCall} goes
 * through one placement group and holds its disks' lists against each other: what is missing
 * altogether no disk can tell alone, and whether the shards of a stripe make sense together
 * neither. {@link ninebark.scrubber.patrol.Patrol} runs both. Start there.
 */
package ninebark.scrubber.patrol;
