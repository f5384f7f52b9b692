//! Whether the program was started with a closed standard output, as by `>&-`.
//!
//! The standard library opens `/dev/null` in its place before `main` begins, so that what is written
//! is lost without a word. Whoever wants to know has to look before that.

/// What the system calls a descriptor that is not open.
pub(crate) const BAD_DESCRIPTOR: i32 = 9;

#[cfg(target_os = "linux")]
mod early {
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// Whether the look found nothing there.
    pub(super) static CLOSED: AtomicBool = AtomicBool::new(false);

    /// The functions of this section run before the standard library's own start.
    #[expect(unsafe_code, reason = "there is no other way to look in time")]
    // SAFETY: the section holds pointers to functions of this form, and this one needs nothing of
    // what the start sets up: it asks the system about a path, and keeps a flag.
    #[unsafe(link_section = ".init_array")]
    #[used]
    static LOOK: extern "C" fn() = look;

    extern "C" fn look() {
        let is_open = Path::new("/proc/self/fd/1").symlink_metadata().is_ok();
        let can_tell = is_open || Path::new("/proc/self/fd").exists();
        CLOSED.store(!is_open && can_tell, Ordering::Relaxed);
    }
}

/// True if standard output was closed when the program was started.
#[cfg(target_os = "linux")]
pub(crate) fn stdout_was_closed() -> bool {
    early::CLOSED.load(std::sync::atomic::Ordering::Relaxed)
}

/// Elsewhere nobody has looked.
#[cfg(not(target_os = "linux"))]
pub(crate) fn stdout_was_closed() -> bool {
    false
}
