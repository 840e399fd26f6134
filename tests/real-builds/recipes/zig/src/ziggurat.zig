const std = @import("std");

/// Prints how many blocks a stepped pyramid of so many steps has.
pub fn main() !void {
    var arguments = std.process.args();
    _ = arguments.skip();
    const steps = try std.fmt.parseInt(u64, arguments.next() orelse "0", 10);
    var blocks: u64 = 0;
    for (1..steps + 1) |step| blocks += step * step;
    try std.io.getStdOut().writer().print("{d} blocks\n", .{blocks});
}
