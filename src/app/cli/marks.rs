//! What is noted of flags for pflag's dialect and for the help.

use clap::builder::ArgExt;

use go_text_template::Compat;

/// Marks a flag that only this Helm has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Only(pub(super) Compat);

/// Marks a flag that is a switch in this Helm, and takes more in the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct SwitchIn(pub(super) Compat);

impl ArgExt for SwitchIn {}

/// Marks a flag that is on its way out in this Helm, with what is said when it is used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deprecated(pub(super) Compat, pub(super) &'static str);

/// Marks a flag that may be written without a value, with the one that it then has.
#[derive(Clone, Copy, Debug)]
pub(super) struct WhenBare(pub(super) &'static str);

/// Marks a flag that no Helm has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ours;

impl ArgExt for Ours {}
impl ArgExt for Only {}
impl ArgExt for Deprecated {}
impl ArgExt for WhenBare {}

/// What no word can be.
pub(super) const NO_WORD: &str = "\0";
