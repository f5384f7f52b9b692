//! Calls functions and methods: checks and evaluates the arguments, then blames the right node.

use bstr::BStr;
use smallvec::SmallVec;

use super::Evaluator;
use super::item::{Item, Origin};
use crate::data::{Failure, IntKind, Kind as GoKind, Signature, Type, Value, is_true};
use crate::template::ast::{Callee, Kind, Name, Number, Operand};
use crate::template::display::{self, NodeRef};
use crate::template::{Callable, Error, Raised};

/// The arguments of one call.
pub(super) type Arguments = SmallVec<[Value; 4]>;

const TWO_OR_MORE: Signature = Signature { params: &[Type::Any], rest: Some(Type::Any) };
const ONE: Signature = Signature { params: &[Type::Any], rest: None };

impl<'a> Evaluator<'a, '_, '_> {
    /// Calls the function that `operand` names; `node` is what its failure is blamed on.
    pub(super) fn function(
        &mut self,
        dot: &Item,
        operand: &'a Operand,
        callee: &'a Callee,
        node: NodeRef<'a>,
        args: &'a [Operand],
        last: Option<Item>,
    ) -> Result<Item, Error> {
        let name = self.name(Name(operand.span));
        match callee {
            Callee::Plain(callable) if self.cx.recorder.is_some() => {
                self.recorded(dot, *callable, name, node, args, last)
            }
            Callee::Plain(callable) => {
                let mut argv = self.arguments(dot, callable.signature(), name, args, last)?;
                self.invoke(*callable, &mut argv, name, node)
            }
            Callee::And => self.short_circuit(dot, name, false, args, last),
            Callee::Or => self.short_circuit(dot, name, true, args, last),
            Callee::Len => self.length(dot, name, node, args, last),
            Callee::Call => self.call(dot, name, node, args, last),
        }
    }

    pub(super) fn invoke(
        &mut self,
        callable: &dyn Callable,
        argv: &mut [Value],
        name: &BStr,
        node: NodeRef<'a>,
    ) -> Result<Item, Error> {
        let reply = if self.cx.is_watched {
            let span = node.place(&self.parsed.arena).span;
            self.traced(span, name, |e| callable.call(e.cx, argv))
        } else {
            callable.call(self.cx, argv)
        };
        self.reply(reply, name, node)
    }

    /// The result of the call of `name`, or the error with its place.
    pub(super) fn reply(
        &mut self,
        reply: Result<Value, Raised>,
        name: &BStr,
        node: NodeRef<'a>,
    ) -> Result<Item, Error> {
        match reply {
            // Only functions whose result is an `interface {}` give nil.
            Ok(Value::Nil) => Ok(Item::boxed(Value::Nil)),
            Ok(value) => Ok(Item::plain(value)),
            Err(raised) => {
                self.at = node;
                Err(self.raised(name, raised))
            }
        }
    }

    /// Evaluates the arguments against the parameters they are for.
    pub(super) fn arguments(
        &mut self,
        dot: &Item,
        signature: Signature,
        name: &BStr,
        args: &'a [Operand],
        last: Option<Item>,
    ) -> Result<Arguments, Error> {
        self.check_count(signature, name, args.len(), last.is_some())?;
        let mut argv = Arguments::with_capacity(args.len() + usize::from(last.is_some()));
        for (index, operand) in args.iter().enumerate() {
            let value = self.argument(dot, parameter(signature, index), operand)?;
            argv.push(value);
            self.argument_read();
        }
        if let Some(last) = last {
            let value = self.fit(last, parameter(signature, args.len()))?;
            argv.push(value);
        }
        Ok(argv)
    }

    fn check_count(
        &mut self,
        signature: Signature,
        name: &BStr,
        written: usize,
        has_last: bool,
    ) -> Result<(), Error> {
        let fixed = signature.params.len();
        let count = written + usize::from(has_last);
        if signature.rest.is_some() {
            if count < fixed {
                // Go does not count the piped argument here.
                let message =
                    format!("wrong number of args for {name}: want at least {fixed} got {written}");
                return Err(self.error(message));
            }
        } else if count != fixed {
            let message = format!("wrong number of args for {name}: want {fixed} got {count}");
            return Err(self.error(message));
        }
        Ok(())
    }

    /// The value of `operand` as an argument for a parameter of the type `expected`.
    fn argument(
        &mut self,
        dot: &Item,
        expected: Type,
        operand: &'a Operand,
    ) -> Result<Value, Error> {
        match &operand.kind {
            Kind::Nil if can_be_nil(expected) => {
                self.at = NodeRef::Operand(operand);
                Ok(Value::Nil)
            }
            Kind::Nil => {
                self.at = NodeRef::Operand(operand);
                Err(self.error(format!("cannot assign nil to {expected}")))
            }
            Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) if expected != Type::Any => {
                self.at = NodeRef::Operand(operand);
                self.constant(expected, operand)
            }
            _ => {
                let item = self.operand(dot, operand)?;
                self.fit(item, expected)
            }
        }
    }

    /// A constant takes the type of the parameter if it can represent it.
    fn constant(&mut self, expected: Type, operand: &Operand) -> Result<Value, Error> {
        let value = match (expected.kind(), operand.kind) {
            (GoKind::Bool, Kind::Bool(value)) => Some(Value::Bool(value)),
            (GoKind::String, Kind::Text(text)) => Some(Value::String(self.get(text).clone())),
            (GoKind::Int(kind), Kind::Number(number)) => integer(kind, self.get(number)),
            (GoKind::Float64, Kind::Number(number)) => self.get(number).float.map(Value::Float),
            (GoKind::Complex128, Kind::Number(number)) => {
                self.get(number).complex.map(|(real, imaginary)| Value::Complex(real, imaginary))
            }
            _ => None,
        };
        value.ok_or_else(|| {
            let found = display::node(NodeRef::Operand(operand), self.parsed);
            self.error(match wanted(expected.kind()) {
                Some(wanted) => format!("expected {wanted}; found {found}"),
                None => format!("can't handle {found} for arg of type {expected}"),
            })
        })
    }

    /// Makes sure that a value can be passed for a parameter of the type `expected`.
    fn fit(&mut self, item: Item, expected: Type) -> Result<Value, Error> {
        if fits(&item.value, expected) {
            return Ok(item.value);
        }
        match item.value {
            Value::Nil if item.origin != Origin::Boxed => {
                if can_be_nil(expected) {
                    return Ok(Value::Nil);
                }
                Err(self.error(format!("invalid value; expected {expected}")))
            }
            Value::Object(ref object) => match object.underlying() {
                Some(plain) if is_composite(expected) && fits(&plain, expected) => Ok(plain),
                _ => Err(self.wrong_type(expected, item.value.go_type())),
            },
            ref value => Err(self.wrong_type(expected, value.go_type())),
        }
    }

    fn wrong_type(&mut self, expected: Type, found: Type) -> Error {
        self.error(format!("wrong type for value; expected {expected}; got {found}"))
    }

    /// `and` and `or`: the first operand whose truth is `decides`, or else the last.
    fn short_circuit(
        &mut self,
        dot: &Item,
        name: &BStr,
        decides: bool,
        args: &'a [Operand],
        last: Option<Item>,
    ) -> Result<Item, Error> {
        self.check_count(TWO_OR_MORE, name, args.len(), last.is_some())?;
        let mut item = Item::ABSENT;
        for operand in args {
            item = self.operand(dot, operand)?;
            if is_true(&item.value) == decides {
                return Ok(item);
            }
        }
        Ok(last.unwrap_or(item))
    }

    /// `len`, which says of nothing at all something else than of a nil.
    fn length(
        &mut self,
        dot: &Item,
        name: &BStr,
        node: NodeRef<'a>,
        args: &'a [Operand],
        last: Option<Item>,
    ) -> Result<Item, Error> {
        self.check_count(ONE, name, args.len(), last.is_some())?;
        let item = match args {
            [operand, ..] => self.operand(dot, operand)?,
            [] => last.unwrap_or_default(),
        };
        let length = match (length(&item.value), item.origin) {
            (Some(length), _) => Ok(Value::int(i64::try_from(length).unwrap_or(i64::MAX))),
            (None, Origin::Boxed) if item.value.is_nil() => Err("len of nil pointer".into()),
            (None, _) if item.value.is_nil() => {
                Err("reflect: call of reflect.Value.Type on zero Value".into())
            }
            (None, _) => Err(format!("len of type {}", item.value.go_type().pointee()).into()),
        };
        self.reply(length.map_err(|failure: Failure| failure.into()), name, node)
    }

    /// `call`, which has nothing to call: no value of a template is a function.
    fn call(
        &mut self,
        dot: &Item,
        name: &BStr,
        node: NodeRef<'a>,
        args: &'a [Operand],
        last: Option<Item>,
    ) -> Result<Item, Error> {
        self.check_count(TWO_OR_MORE, name, args.len(), last.is_some())?;
        let mut callee = None;
        for operand in args {
            let item = self.operand(dot, operand)?;
            callee.get_or_insert(item);
        }
        let text = match (args, &last) {
            ([operand, ..], _) => display::node(NodeRef::Operand(operand), self.parsed),
            ([], Some(Item { value: Value::String(text), .. })) => text.to_string(),
            ([], Some(item)) if item.is_absent() => "<invalid Value>".to_owned(),
            ([], item) => {
                format!("<{} Value>", item.as_ref().map_or(Type::Any, Item::static_type))
            }
        };
        let callee = callee.or(last).unwrap_or_default().value;
        let failure = match callee {
            Value::Nil => Failure::from("call of nil"),
            value => format!("non-function {text} of type {}", value.go_type()).into(),
        };
        self.reply(Err(failure.into()), name, node)
    }
}

/// The type of the parameter at `index`, which the count of arguments has been checked for.
fn parameter(signature: Signature, index: usize) -> Type {
    signature.params.get(index).copied().or(signature.rest).unwrap_or(Type::Any)
}

fn can_be_nil(expected: Type) -> bool {
    matches!(expected.kind(), GoKind::Interface | GoKind::Map | GoKind::Pointer | GoKind::Slice)
}

fn is_composite(expected: Type) -> bool {
    matches!(expected.kind(), GoKind::Map | GoKind::Slice)
}

/// Go's assignability, as far as it can hold between the types that templates meet.
fn fits(value: &Value, expected: Type) -> bool {
    match (expected, value) {
        (Type::Any, _)
        | (Type::Bool, Value::Bool(_))
        | (Type::Float64, Value::Float(_))
        | (Type::Complex128, Value::Complex(..))
        | (Type::String, Value::String(_))
        | (Type::Bytes, Value::Bytes(_)) => true,
        (Type::Int(expected), Value::Int(kind, _)) => expected == *kind,
        (Type::List(_), Value::List(list)) => list.go_type() == expected,
        // A named map type fits the plain one: they have the same elements.
        (Type::Map, Value::Map(map)) => map.class().element == Type::Any,
        (Type::StringMap, Value::Map(map)) => map.class().element == Type::String,
        (Type::Named(name, kind), Value::Object(object)) => match object.go_type() {
            found if found == expected => true,
            // Go dereferences a pointer once if that helps.
            Type::Named(found, GoKind::Pointer) => {
                kind != GoKind::Pointer && found.strip_prefix('*') == Some(name)
            }
            _ => false,
        },
        (Type::Named(..), value) => value.go_type() == expected,
        _ => false,
    }
}

/// A constant as an integer of the given kind; bits that do not fit are cut off, as Go does.
fn integer(kind: IntKind, number: &Number) -> Option<Value> {
    let value = match kind {
        IntKind::Int | IntKind::Int64 => number.int?,
        IntKind::Int8 => i64::from(number.int? as i8),
        IntKind::Int16 => i64::from(number.int? as i16),
        IntKind::Int32 => i64::from(number.int? as i32),
        IntKind::Uint | IntKind::Uint64 => number.uint? as i64,
        IntKind::Uint8 => i64::from(number.uint? as u8),
        IntKind::Uint16 => i64::from(number.uint? as u16),
        IntKind::Uint32 => i64::from(number.uint? as u32),
    };
    Some(Value::Int(kind, value))
}

/// What Go calls a constant for a parameter of that kind; `None` if there are none.
fn wanted(kind: GoKind) -> Option<&'static str> {
    match kind {
        GoKind::Bool => Some("bool"),
        GoKind::String => Some("string"),
        GoKind::Int(kind) if kind.is_unsigned() => Some("unsigned integer"),
        GoKind::Int(_) => Some("integer"),
        GoKind::Float64 => Some("float"),
        GoKind::Complex128 => Some("complex"),
        _ => None,
    }
}

fn length(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) | Value::Bytes(text) => Some(text.len()),
        Value::List(list) => Some(list.len()),
        Value::Map(map) => Some(map.len()),
        Value::Object(object) => length(&object.underlying()?),
        _ => None,
    }
}
