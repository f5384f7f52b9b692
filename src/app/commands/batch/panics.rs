//! A fault of this program in one release, kept from the others.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether a panic of this thread is going to be caught here.
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    /// What the last such panic said, and where.
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps panics that are caught here from being printed by whoever prints the others.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = take_hook();
        set_hook(Box::new(
            move |info| {
                if WATCHED.get() { LAST.set(described(info)) } else { others(info) }
            },
        ));
    });
}

/// What `work` gives, or what it panicked with.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    WATCHED.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    WATCHED.set(false);
    result.map_err(|_| LAST.take())
}

fn described(info: &PanicHookInfo<'_>) -> String {
    let text = info.payload().downcast_ref::<&str>().copied();
    let text = text.or_else(|| info.payload().downcast_ref::<String>().map(String::as_str));
    let place = info.location().map(ToString::to_string);
    format!("{} at {}", text.unwrap_or("a panic"), place.as_deref().unwrap_or("an unknown place"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_tells_what_and_where() {
        install();
        assert_eq!(caught(|| 1), Ok(1));
        let told = caught(|| -> u8 { panic!("out of {}", "luck") }).unwrap_err();
        assert!(told.starts_with("out of luck at src/"), "{told}");
        assert_eq!(caught(|| 2), Ok(2));
    }
}
