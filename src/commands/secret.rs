//! A password that somebody types, which nobody else shall see.

use std::io::{self, IsTerminal};

/// Reads a line without showing it. Without a terminal there is nobody to ask, as Helm says too.
pub(super) fn read() -> io::Result<String> {
    if !io::stdin().is_terminal() {
        return Err(io::Error::other("inappropriate ioctl for device"));
    }
    rpassword::read_password()
}
