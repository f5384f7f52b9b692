//! Reads fields, keys and methods: `.a.b`.

use std::borrow::Cow;

use bstr::{BStr, ByteSlice};

use super::Evaluator;
use super::item::{Item, Origin};
use crate::data::{ANY_MAP, Failure, Map, Object, Purse, Value};
use crate::template::ast::{Name, Operand};
use crate::template::display::NodeRef;
use crate::template::{Error, Missing};

impl<'a> Evaluator<'a, '_, '_> {
    /// Goes from `receiver` along `names`; only the last one may take arguments.
    ///
    /// `node` is what a failing method is blamed on.
    pub(super) fn fields(
        &mut self,
        dot: &Item,
        receiver: &Item,
        node: &'a Operand,
        names: &'a [Name],
        args: &'a [Operand],
        last: Option<Item>,
    ) -> Result<Item, Error> {
        let Some((final_name, names)) = names.split_last() else { return Ok(receiver.clone()) };
        let Some((first, between)) = names.split_first() else {
            return self.field(dot, receiver, node, self.name(*final_name), args, last);
        };
        let mut item = self.field(dot, receiver, node, self.name(*first), &[], None)?;
        for name in between {
            item = self
                .field(dot, &item, node, self.name(*name), &[], None)
                .map_err(|error| error.missing(self.missing_key(&receiver.value, names)))?;
        }
        self.field(dot, &item, node, self.name(*final_name), args, last)
            .map_err(|error| error.missing(self.missing_key(&receiver.value, names)))
    }

    fn field(
        &mut self,
        dot: &Item,
        receiver: &Item,
        node: &'a Operand,
        name: &BStr,
        args: &'a [Operand],
        last: Option<Item>,
    ) -> Result<Item, Error> {
        match &receiver.value {
            Value::Nil if receiver.origin == Origin::Boxed => {
                Err(self.error(format!("nil pointer evaluating interface {{}}.{name}")))
            }
            Value::Nil => Ok(Item::ABSENT),
            Value::Map(map) if std::ptr::eq(map.class(), &ANY_MAP) => {
                self.key(map, name, !args.is_empty() || last.is_some())
            }
            Value::Map(map) => self.method_or_key(dot, map, node, name, args, last),
            Value::Object(object) => {
                self.member(dot, receiver, object.as_ref(), node, name, args, last)
            }
            _ => Err(self.no_field(receiver, name)),
        }
    }

    fn key(&mut self, map: &Map, name: &BStr, has_args: bool) -> Result<Item, Error> {
        if has_args {
            return Err(self.error(format!("{name} is not a method but has arguments")));
        }
        let element = map.class().element;
        let found = map.get(name);
        if let Some(recorder) = &mut self.cx.recorder {
            recorder.flow().key(map, name, found.as_ref());
        }
        Ok(match found {
            Some(value) => Item::element(value, element),
            None => Item::missing(element),
        })
    }

    fn method_or_key(
        &mut self,
        dot: &Item,
        map: &Map,
        node: &'a Operand,
        name: &BStr,
        args: &'a [Operand],
        last: Option<Item>,
    ) -> Result<Item, Error> {
        let class = map.class();
        // Go calls what is exported, and the names of most keys are not.
        let may_be_method = name.first().is_some_and(u8::is_ascii_uppercase);
        let text = if may_be_method { name.to_str_lossy() } else { Cow::Borrowed("") };
        let Some(signature) = (class.method)(&text) else {
            return self.key(map, name, !args.is_empty() || last.is_some());
        };
        let mut argv = self.arguments(dot, signature, name, args, last)?;
        let reply =
            self.call_method(&mut argv, |args, purse| (class.call)(map, &text, args, purse))?;
        self.reply(reply.map_err(Into::into), name, NodeRef::Operand(node))
    }

    #[allow(clippy::too_many_arguments, reason = "what a method call is made of")]
    fn member(
        &mut self,
        dot: &Item,
        receiver: &Item,
        object: &dyn Object,
        node: &'a Operand,
        name: &BStr,
        args: &'a [Operand],
        last: Option<Item>,
    ) -> Result<Item, Error> {
        let text = name.to_str_lossy();
        let is_reached = receiver.is_addressable() || !object.needs_address(&text);
        if let Some(signature) = object.method(&text).filter(|_| is_reached) {
            let mut argv = self.arguments(dot, signature, name, args, last)?;
            if let Some(why) = object.uncallable(&text) {
                return Err(self.error(why));
            }
            let reply =
                self.call_method(&mut argv, |args, purse| object.call_for(&text, args, purse))?;
            return self.reply(reply.map_err(Into::into), name, NodeRef::Operand(node));
        }
        let has_args = !args.is_empty() || last.is_some();
        if let Some(Value::Map(map)) = object.underlying() {
            return self.key(&map, name, has_args);
        }
        match object.field(&text) {
            Some(_) if has_args => {
                let message = format!("{name} has arguments but cannot be invoked as function");
                Err(self.error(message))
            }
            Some(value) if receiver.is_addressable() => {
                Ok(Item { value, origin: Origin::Addressed })
            }
            Some(value) => Ok(Item::plain(value)),
            None if object.hides(&text) => {
                let of = receiver.static_type();
                let message = format!("{name} is an unexported field of struct type {of}");
                Err(self.error(message))
            }
            None => Err(self.no_field(receiver, name)),
        }
    }

    /// Calls a method, which pays for its texts and for what takes it long.
    fn call_method(
        &mut self,
        args: &mut [Value],
        call: impl FnOnce(&mut [Value], &dyn Purse) -> Result<Value, Failure>,
    ) -> Result<Result<Value, Failure>, Error> {
        /// How many bytes of a text are looked through in the time of a step.
        const BYTES_PER_STEP: usize = 8;
        let bytes = |arg: &Value| if let Value::String(text) = arg { text.len() } else { 0 };
        let bytes: usize = args.iter().map(bytes).sum();
        self.steps((bytes / BYTES_PER_STEP) as u64)?;
        let reply = call(args, self.cx.render.budget);
        self.ensure_paid()?;
        Ok(reply)
    }

    fn no_field(&mut self, receiver: &Item, name: &BStr) -> Error {
        let of = receiver.static_type();
        self.error(format!("can't evaluate field {name} in type {of}"))
    }

    /// The first of `names` that is not where the ones before it lead from `receiver`.
    #[cold]
    fn missing_key(&self, receiver: &Value, names: &[Name]) -> Option<Missing> {
        let mut value = receiver.clone();
        for (at, name) in names.iter().enumerate() {
            let Value::Map(map) = &value else { return None };
            let key: &[u8] = self.name(*name);
            let Some(next) = map.get(key) else {
                let path = names[..at].iter().map(|name| (&**self.name(*name)).into());
                return Some(Missing { path: path.collect(), key: key.into(), known: map.keys() });
            };
            value = next;
        }
        None
    }
}
