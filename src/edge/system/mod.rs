//! The operating system: names of files, modes, owners, links, and the texts of its errors.
//!
//! What only some systems have is here and nowhere else; `other` says what stands for it elsewhere.

#[cfg(target_os = "linux")]
mod errno;
#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

use std::io;

#[cfg(not(unix))]
pub use other::*;
#[cfg(unix)]
pub use unix::*;

/// The text of a system's error as Go prints it; of any other error, its own.
pub fn error_text(error: &io::Error) -> String {
    let known = error.raw_os_error().and_then(known_text);
    known.map_or_else(|| shown_text(error), str::to_owned)
}

#[cfg(target_os = "linux")]
fn known_text(number: i32) -> Option<&'static str> {
    errno::text(number)
}

/// Elsewhere the system's own texts are those that Go prints.
#[cfg(not(target_os = "linux"))]
fn known_text(_number: i32) -> Option<&'static str> {
    None
}

/// What Rust says, without the number; C libraries begin it with a capital letter, Go does not.
fn shown_text(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if cfg!(unix) => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_worded_as_in_go() {
        let missing = std::path::Path::new("/is/not/there").metadata().unwrap_err();
        if cfg!(target_os = "linux") {
            assert_eq!(error_text(&missing), "no such file or directory");
        }
        assert_eq!(error_text(&io::Error::other("a pipe")), "a pipe");
    }
}
