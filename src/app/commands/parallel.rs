//! The same for many things, several at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};

/// What `work` makes of each of `items`, in their order; at most `most` at once. `progress` is told
/// how many are done each time that one is.
pub(super) fn map<T: Sync, R: Send>(
    items: &[T],
    most: usize,
    work: impl Fn(&T) -> R + Sync,
    progress: &mut dyn FnMut(usize),
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let worker = |done: mpsc::Sender<()>| {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some(item), Some(slot)) = (items.get(at), results.get(at)) else { break };
            let result = work(item);
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            // Whoever waits for it counts to the last.
            let _ = done.send(());
        }
    };
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..most.min(items.len()) {
            let sender = sender.clone();
            let worker = &worker;
            scope.spawn(move || worker(sender));
        }
        drop(sender);
        (1..).zip(receiver).for_each(|(done, ())| progress(done));
    });
    let inner = |slot: Mutex<Option<R>>| slot.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.into_iter().filter_map(inner).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<u32> = (0..100).collect();
        let doubled: Vec<u32> = items.iter().map(|item| 2 * item).collect();
        let mut told = 0;
        assert_eq!(super::map(&items, 4, |item| 2 * item, &mut |done| told = done), doubled);
        assert_eq!(told, 100);
        assert!(super::map(&[] as &[u32], 4, |item| *item, &mut |_| {}).is_empty());
    }
}
