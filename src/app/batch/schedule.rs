//! Work on several threads, its results in order.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How much may be going on at the same time.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Threads, the calling one included.
    pub threads: usize,
    /// Pieces of work that have been begun but not delivered.
    pub pieces: usize,
    /// Bytes of results that wait to be delivered; the one that exceeds them is the last.
    pub bytes: usize,
}

/// A deeply nested chart needs as much as it would have in a process of its own.
const STACK: usize = 8 << 20;

/// Calls `work` with the numbers below `count`, and `deliver` with its results: in the order of the
/// numbers, on the calling thread. No more is begun when `deliver` breaks.
///
/// Whoever delivers slowly slows down the work; so what waits is bounded. `size` gives the bytes
/// that a result holds.
pub fn in_order<T: Send>(
    count: usize,
    bounds: Bounds,
    work: &(dyn Fn(usize) -> T + Sync),
    size: &(dyn Fn(&T) -> usize + Sync),
    deliver: &mut dyn FnMut(usize, T) -> ControlFlow<()>,
) {
    let board = Board {
        count,
        bounds,
        size,
        state: Mutex::default(),
        room: Condvar::new(),
        arrived: Condvar::new(),
    };
    thread::scope(|scope| {
        for _ in 1..bounds.threads.min(count) {
            // One thread less is no reason to give up.
            let _ =
                thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || board.serve(work));
        }
        board.lead(work, deliver);
    });
}

/// What all threads see.
struct Board<'b, T> {
    count: usize,
    bounds: Bounds,
    size: &'b (dyn Fn(&T) -> usize + Sync),
    state: Mutex<State<T>>,
    /// Told when more may be begun.
    room: Condvar,
    /// Told when the next result to be delivered is there.
    arrived: Condvar,
}

struct State<T> {
    /// The first number that has not been begun.
    next: usize,
    /// The first number that has not been delivered.
    head: usize,
    /// The results from `head` on.
    results: VecDeque<Option<T>>,
    bytes: usize,
    stopped: bool,
    /// Threads that wait for room.
    waiting: usize,
    leader_waits: bool,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self {
            next: 0,
            head: 0,
            results: VecDeque::new(),
            bytes: 0,
            stopped: false,
            waiting: 0,
            leader_waits: false,
        }
    }
}

impl<T> State<T> {
    /// The next number, if there is one and room for its result.
    fn begin(&mut self, count: usize, bounds: Bounds) -> Option<usize> {
        let has_room =
            self.next - self.head < bounds.pieces.max(1) && self.bytes < bounds.bytes.max(1);
        if self.is_done(count) || !has_room {
            return None;
        }
        self.next += 1;
        self.results.push_back(None);
        Some(self.next - 1)
    }

    /// True if there is nothing left to begin.
    fn is_done(&self, count: usize) -> bool {
        self.stopped || self.next == count
    }
}

impl<T: Send> Board<'_, T> {
    /// Works until there is nothing left to begin.
    fn serve(&self, work: &(dyn Fn(usize) -> T + Sync)) {
        let mut state = self.lock();
        while !state.is_done(self.count) {
            let Some(number) = state.begin(self.count, self.bounds) else {
                state.waiting += 1;
                state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.waiting -= 1;
                continue;
            };
            drop(state);
            let result = work(number);
            state = self.lock();
            self.put(&mut state, number, result);
        }
    }

    /// Delivers what is there, and works while nothing is.
    fn lead(
        &self,
        work: &(dyn Fn(usize) -> T + Sync),
        deliver: &mut dyn FnMut(usize, T) -> ControlFlow<()>,
    ) {
        let mut state = self.lock();
        while state.head < self.count {
            if let Some((number, result)) = self.take(&mut state) {
                drop(state);
                let flow = deliver(number, result);
                state = self.lock();
                if flow.is_break() {
                    break;
                }
            } else if let Some(number) = state.begin(self.count, self.bounds) {
                drop(state);
                let result = work(number);
                state = self.lock();
                self.put(&mut state, number, result);
            } else {
                state.leader_waits = true;
                state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.leader_waits = false;
            }
        }
        state.stopped = true;
        self.room.notify_all();
    }

    fn put(&self, state: &mut State<T>, number: usize, result: T) {
        state.bytes += (self.size)(&result);
        let place = number - state.head;
        state.results[place] = Some(result);
        if place == 0 && state.leader_waits {
            self.arrived.notify_one();
        }
    }

    /// The next result to be delivered, if it is there.
    fn take(&self, state: &mut State<T>) -> Option<(usize, T)> {
        let result = state.results.front_mut()?.take()?;
        state.results.pop_front();
        state.bytes -= (self.size)(&result);
        state.head += 1;
        if state.waiting > 0 {
            self.room.notify_all();
        }
        Some((state.head - 1, result))
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn delivered(count: usize, bounds: Bounds, until: usize) -> (Vec<usize>, usize) {
        let begun = AtomicUsize::new(0);
        let work = |number: usize| {
            begun.fetch_add(1, Ordering::SeqCst);
            // Uneven work, so that results come in another order than they are begun.
            (0..(number % 7) * 1000)
                .fold(number, |sum, step| std::hint::black_box(sum ^ step ^ step))
        };
        let mut seen = Vec::new();
        in_order(count, bounds, &work, &|_| 10, &mut |number, result| {
            assert_eq!(number, result);
            seen.push(number);
            if seen.len() == until { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        (seen, begun.load(Ordering::SeqCst))
    }

    #[test]
    fn results_come_in_order_and_all_of_them() {
        for threads in [1, 2, 5] {
            for (pieces, bytes) in [(1, 1), (3, 1000), (64, 25), (1000, 1 << 20)] {
                for count in [0, 1, 2, 200] {
                    let bounds = Bounds { threads, pieces, bytes };
                    let (seen, begun) = delivered(count, bounds, usize::MAX);
                    assert!(seen.into_iter().eq(0..count), "{bounds:?} {count}");
                    assert_eq!(begun, count);
                }
            }
        }
    }

    #[test]
    fn little_is_begun_behind_the_end() {
        for threads in [1, 4] {
            let (seen, begun) = delivered(1000, Bounds { threads, pieces: 8, bytes: 1 << 20 }, 10);
            assert!(seen.into_iter().eq(0..10));
            assert!(begun <= 10 + 8 + threads, "{begun}");
        }
    }
}
