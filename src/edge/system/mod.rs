//! The operating system: names of files, modes, owners and links.
//!
//! What only some systems have is here and nowhere else; `other` says what stands for it elsewhere.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub use other::*;
#[cfg(unix)]
pub use unix::*;
