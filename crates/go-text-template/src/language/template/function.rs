//! What a function of the template language is: a plain Rust function whose parameters and result
//! have the types of its Go original, and a table entry that knows them.
//!
//! ```text
//! pub(super) static TABLE: &[Function] = &[("trunc", &function(trunc)), ("cat", &function(cat))];
//!
//! fn trunc(count: i64, text: Str) -> Str { … }
//! fn cat(words: Rest<Value>) -> String { … }                    // Go's `...interface{}`
//! fn now(cx: &mut Context) -> Value { … }                       // needs the render
//! fn until(cx: &mut Context, count: i64) -> Result<List, Failure> { … }
//! ```
//!
//! Work that can be long has to be counted: for a function that does not ask for the render the
//! evaluator counts the texts it is given, any other one counts what it does itself.
//!
//! The evaluator checks the number of arguments and evaluates each against its parameter's type,
//! so a function only ever sees what it asked for.

use std::marker::PhantomData;

use super::Error;
use super::eval::Context;
use crate::data::{Failure, IntKind, List, Map, Signature, Str, Type, Value};

/// A name and what it calls.
pub type Function = (&'static str, &'static dyn Callable);

/// Something a template can call: [`function`] makes one of a Rust function.
pub trait Callable: Sync {
    /// The types of the parameters.
    fn signature(&self) -> Signature;

    /// Calls it with arguments that fit the signature.
    fn call(&self, cx: &mut Context<'_>, args: &mut [Value]) -> Result<Value, Raised>;
}

/// Why a call did not return.
#[derive(Debug)]
pub enum Raised {
    /// The function says what went wrong.
    Failure(Failure),
    /// A template that the function executed failed.
    Template {
        /// What the function says before the inner error's text; empty for `include`.
        prefix: String,
        /// The inner error.
        error: Error,
    },
    /// `fail` and `required`: a message for the user that replaces the whole chain.
    Stop(String),
    /// The render's budget is used up.
    Exhausted(Failure),
}

impl From<Failure> for Raised {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// A parameter type.
pub trait Arg: Sized {
    /// The Go type.
    const TYPE: Type;

    /// Takes the argument out of its slot; the evaluator has checked its type.
    fn take(slot: &mut Value) -> Self;
}

/// The arguments of a variadic parameter.
#[derive(Debug)]
pub struct Rest<T>(pub Vec<T>);

impl Rest<Value> {
    /// Takes the first argument away if it is a text, for a function that appends to it.
    ///
    /// A text that nobody else holds is not copied; what is copied, counts.
    pub fn take_text(&mut self, cx: &Context<'_>) -> Result<Option<Vec<u8>>, Raised> {
        let Some(Value::String(text)) = self.0.first_mut() else { return Ok(None) };
        let text = std::mem::take(text);
        self.0.remove(0);
        match text.into_vec() {
            Ok(text) => Ok(Some(text)),
            Err(shared) => {
                cx.reserve(shared.len() as u64)?;
                Ok(Some(shared.to_vec()))
            }
        }
    }
}

/// A result type.
pub trait Reply {
    /// The result as a value.
    fn reply(self) -> Result<Value, Raised>;
}

impl<T: Into<Value>> Reply for T {
    fn reply(self) -> Result<Value, Raised> {
        Ok(self.into())
    }
}

impl<T: Into<Value>, E: Into<Raised>> Reply for Result<T, E> {
    fn reply(self) -> Result<Value, Raised> {
        self.map(Into::into).map_err(Into::into)
    }
}

/// A Rust function together with the types of its parameters.
pub struct Typed<F, Args>(F, PhantomData<fn(Args)>);

/// Makes a table entry of `body`.
pub const fn function<F: Body<Args>, Args>(body: F) -> Typed<F, Args> {
    Typed(body, PhantomData)
}

/// A Rust function that can stand in a table; `Args` are its parameter types.
pub trait Body<Args>: Sync {
    /// The types of the parameters.
    const SIGNATURE: Signature;

    /// Calls the function with arguments that fit.
    fn invoke(&self, cx: &mut Context<'_>, args: &mut [Value]) -> Result<Value, Raised>;
}

impl<F: Body<Args>, Args> Callable for Typed<F, Args> {
    fn signature(&self) -> Signature {
        F::SIGNATURE
    }

    fn call(&self, cx: &mut Context<'_>, args: &mut [Value]) -> Result<Value, Raised> {
        self.0.invoke(cx, args)
    }
}

/// Counts the texts that a function is given, as if it looked through all of them.
///
/// Functions that ask for the render's context count what they do themselves.
fn count(cx: &Context<'_>, signature: Signature, args: &[Value]) -> Result<(), Raised> {
    /// How many bytes of an argument that must be a text are looked through in the time of a step.
    const BYTES_PER_STEP: u64 = 8;
    /// The same if anything would do: most of these functions only pass it on.
    const BYTES_PER_STEP_OF_ANY: u64 = 64;
    let types = signature
        .params
        .iter()
        .chain(std::iter::repeat(signature.rest.as_ref().unwrap_or(&Type::Any)));
    let steps = args.iter().zip(types).map(|(arg, of)| match (arg, of) {
        (Value::String(text), Type::String) => text.len() as u64 / BYTES_PER_STEP,
        (Value::String(text), _) => text.len() as u64 / BYTES_PER_STEP_OF_ANY,
        _ => 0,
    });
    match steps.sum() {
        0 => Ok(()),
        steps => cx.work(steps),
    }
}

/// Marks functions with fixed parameters.
#[derive(Debug)]
pub struct Fixed;
/// Marks functions with a variadic parameter.
#[derive(Debug)]
pub struct Variadic;
/// Marks functions that ask for the render's context first.
#[derive(Debug)]
pub struct WithContext<Kind>(PhantomData<Kind>);

/// Implements [`Body`] for functions of the given number of fixed parameters, with and without a
/// context in front and a variadic parameter behind.
macro_rules! implement_body {
    ($($param:ident)*) => {
        impl<Fun, Out, $($param),*> Body<(Fixed, Out, ($($param,)*))> for Fun
        where Fun: Fn($($param),*) -> Out + Sync, Out: Reply, $($param: Arg),*
        {
            const SIGNATURE: Signature = Signature { params: &[$($param::TYPE),*], rest: None };

            fn invoke(&self, cx: &mut Context<'_>, args: &mut [Value]) -> Result<Value, Raised> {
                count(cx, Self::SIGNATURE, args)?;
                let mut _slots = args.iter_mut();
                self($($param::take(next(&mut _slots))),*).reply()
            }
        }

        impl<Fun, Out, $($param),*> Body<(WithContext<Fixed>, Out, ($($param,)*))> for Fun
        where Fun: Fn(&mut Context<'_>, $($param),*) -> Out + Sync, Out: Reply, $($param: Arg),*
        {
            const SIGNATURE: Signature = Signature { params: &[$($param::TYPE),*], rest: None };

            fn invoke(&self, cx: &mut Context<'_>, args: &mut [Value]) -> Result<Value, Raised> {
                let mut _slots = args.iter_mut();
                self(cx, $($param::take(next(&mut _slots))),*).reply()
            }
        }

        impl<Fun, Out, More, $($param),*> Body<(Variadic, Out, ($($param,)* More,))> for Fun
        where Fun: Fn($($param,)* Rest<More>) -> Out + Sync, Out: Reply, More: Arg, $($param: Arg),*
        {
            const SIGNATURE: Signature =
                Signature { params: &[$($param::TYPE),*], rest: Some(More::TYPE) };

            fn invoke(&self, cx: &mut Context<'_>, args: &mut [Value]) -> Result<Value, Raised> {
                count(cx, Self::SIGNATURE, args)?;
                #[allow(unused_mut, reason = "without fixed parameters nothing is taken out here")]
                let mut slots = args.iter_mut();
                self($($param::take(next(&mut slots)),)* Rest(slots.map(More::take).collect())).reply()
            }
        }

        impl<Fun, Out, More, $($param),*> Body<(WithContext<Variadic>, Out, ($($param,)* More,))> for Fun
        where
            Fun: Fn(&mut Context<'_>, $($param,)* Rest<More>) -> Out + Sync,
            Out: Reply, More: Arg, $($param: Arg),*
        {
            const SIGNATURE: Signature =
                Signature { params: &[$($param::TYPE),*], rest: Some(More::TYPE) };

            fn invoke(&self, cx: &mut Context<'_>, args: &mut [Value]) -> Result<Value, Raised> {
                #[allow(unused_mut, reason = "without fixed parameters nothing is taken out here")]
                let mut slots = args.iter_mut();
                self(cx, $($param::take(next(&mut slots)),)* Rest(slots.map(More::take).collect()))
                    .reply()
            }
        }
    };
}

implement_body!();
implement_body!(A);
implement_body!(A B);
implement_body!(A B C);
implement_body!(A B C D);
implement_body!(A B C D E);
implement_body!(A B C D E F);

fn next<'a>(slots: &mut std::slice::IterMut<'a, Value>) -> &'a mut Value {
    slots.next().expect("the evaluator has checked the number of arguments")
}

/// The evaluator checks every argument against [`Arg::TYPE`] before the call.
fn mismatch(expected: Type, found: &Value) -> ! {
    unreachable!("a {} was passed for a {expected}", found.go_type())
}

impl Arg for Value {
    const TYPE: Type = Type::Any;

    fn take(slot: &mut Value) -> Self {
        std::mem::take(slot)
    }
}

impl Arg for Str {
    const TYPE: Type = Type::String;

    fn take(slot: &mut Value) -> Self {
        match std::mem::take(slot) {
            Value::String(text) => text,
            other => mismatch(Self::TYPE, &other),
        }
    }
}

impl Arg for bool {
    const TYPE: Type = Type::Bool;

    fn take(slot: &mut Value) -> Self {
        match slot {
            Value::Bool(value) => *value,
            other => mismatch(Self::TYPE, other),
        }
    }
}

/// Go's `int`.
impl Arg for i64 {
    const TYPE: Type = Type::Int(IntKind::Int);

    fn take(slot: &mut Value) -> Self {
        match slot {
            Value::Int(_, value) => *value,
            other => mismatch(Self::TYPE, other),
        }
    }
}

/// Go's `uint32`.
impl Arg for u32 {
    const TYPE: Type = Type::Int(IntKind::Uint32);

    fn take(slot: &mut Value) -> Self {
        match slot {
            Value::Int(_, value) => *value as Self,
            other => mismatch(Self::TYPE, other),
        }
    }
}

impl Arg for f64 {
    const TYPE: Type = Type::Float64;

    fn take(slot: &mut Value) -> Self {
        match slot {
            Value::Float(value) => *value,
            other => mismatch(Self::TYPE, other),
        }
    }
}

/// `map[string]interface {}`; a literal `nil` comes as a nil map.
impl Arg for Map {
    const TYPE: Type = Type::Map;

    fn take(slot: &mut Value) -> Self {
        match std::mem::take(slot) {
            Value::Map(map) => map.into_plain(),
            Value::Nil => Self::nil(),
            other => mismatch(Self::TYPE, &other),
        }
    }
}

/// `[]interface {}`; a literal `nil` comes as a nil slice.
impl Arg for List {
    const TYPE: Type = Type::LIST;

    fn take(slot: &mut Value) -> Self {
        match std::mem::take(slot) {
            Value::List(list) => list,
            Value::Nil => Self::nil(Type::LIST),
            other => mismatch(Self::TYPE, &other),
        }
    }
}
