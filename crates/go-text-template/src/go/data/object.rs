//! Values with fields and methods of their own.

use std::any::Any;
use std::fmt;

use super::{Failure, Signature, Str, Type, Value};

/// What stands for the address of anything: addresses differ from run to run.
pub(super) const ADDRESS: u64 = 0xc0_0001_2345;

/// Pays for what methods do, before it is done: false if there is not enough left.
pub trait Purse {
    /// Work that takes as long as `steps` steps of a render, some 20 nanoseconds each.
    fn work(&self, steps: u64) -> bool;

    /// `bytes` bytes of results.
    fn memory(&self, bytes: u64) -> bool;
}

/// A Go struct, a pointer to one, or a named type with methods, as a template sees it.
pub trait Object: Any + fmt::Debug {
    /// The type as `%T` prints it, with its kind.
    fn go_type(&self) -> Type;

    /// The exported fields of a struct, in the order of their declaration.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// The field `name`.
    fn field(&self, name: &str) -> Option<Value> {
        self.fields().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The fields as `%v` and its relatives show them: also those that only Go code can read.
    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        self.fields()
    }

    /// True for the name of a field that only Go code can read.
    fn hides(&self, name: &str) -> bool {
        is_hidden(name) && self.all_fields().iter().any(|(known, _)| *known == name)
    }

    /// The address of a pointer; 0 if it is nil.
    fn address(&self) -> u64 {
        ADDRESS
    }

    /// True if the method `name` is one of the pointer type, so that it can only be called where a
    /// pointer led.
    fn needs_address(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// The parameters of the method `name`, if there is one.
    fn method(&self, name: &str) -> Option<Signature> {
        let _ = name;
        None
    }

    /// Why a template cannot call the method `name`, although there is one: Go's sentence on what
    /// the method returns.
    fn uncallable(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }

    /// Calls the method `name`, which [`Object::method`] knows; the arguments fit its parameters.
    fn call(&self, name: &str, args: &mut [Value]) -> Result<Value, Failure> {
        let _ = (name, args);
        Ok(Value::Nil)
    }

    /// Calls the method for somebody who has to pay if that takes long.
    ///
    /// What it gives does not matter when `purse` is empty.
    fn call_for(
        &self,
        name: &str,
        args: &mut [Value],
        purse: &dyn Purse,
    ) -> Result<Value, Failure> {
        let _ = purse;
        self.call(name, args)
    }

    /// What `String()` or `Error()` gives, for types that have it.
    fn string(&self) -> Option<Str> {
        None
    }

    /// What `GoString()` gives, which `%#v` prints, for types that have it.
    fn go_string(&self) -> Option<Str> {
        None
    }

    /// What a template action prints for this value when it is addressable (a field reached from
    /// a pointer): Go then also finds the `String()` of the pointer type.
    fn addressed_string(&self) -> Option<Str> {
        self.string()
    }

    /// The members that the JSON encoder writes for a struct, in their order; `None` for what is
    /// not written as the struct it may be.
    fn json_fields(&self) -> Option<Vec<(Str, Value)>> {
        let exported = |(name, _): &(&str, Value)| name.starts_with(char::is_uppercase);
        let fields: Vec<_> = self.fields().into_iter().filter(exported).collect();
        let named = |(name, value)| (Str::from_static(name), value);
        (!fields.is_empty()).then(|| fields.into_iter().map(named).collect())
    }

    /// The value that the JSON encoder writes for this one.
    fn json(&self) -> Value {
        self.json_fields()
            .map_or(Value::Nil, |fields| fields.into_iter().collect::<super::Map>().into())
    }

    /// The value as a plain one, for types whose kind is a number, a list or a map.
    fn underlying(&self) -> Option<Value> {
        None
    }

    /// What is left of a deep copy that is not the whole: it has no fields but the exported ones.
    fn deep_copy(&self) -> Option<Value> {
        None
    }

    /// About how many bytes Go prints it as, if it never changes; `None` if it may.
    fn text_bytes(&self) -> Option<u64> {
        None
    }

    /// Go's `==` or `reflect.DeepEqual`.
    fn equals(&self, other: &dyn Object) -> bool {
        let _ = other;
        false
    }
}

/// True for the name of a field that only Go code can read.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with(char::is_lowercase)
}

/// A struct that has nothing but fields.
#[derive(Debug)]
pub struct Struct {
    /// The type.
    pub go_type: Type,
    /// The fields in the order of their declaration.
    pub fields: Vec<(&'static str, Value)>,
}

impl Object for Struct {
    fn go_type(&self) -> Type {
        self.go_type
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        self.fields.clone()
    }
}

/// A pointer of the given type that can only be printed: to nothing if the address is 0.
#[derive(Debug)]
pub struct Pointer {
    /// The type.
    pub go_type: Type,
    /// Where it points to.
    pub address: u64,
}

impl Pointer {
    /// A pointer to nothing.
    pub fn nil(go_type: Type) -> Self {
        Self { go_type, address: 0 }
    }

    /// A pointer to something.
    pub fn somewhere(go_type: Type) -> Self {
        Self { go_type, address: ADDRESS }
    }
}

impl Object for Pointer {
    fn go_type(&self) -> Type {
        self.go_type
    }

    fn address(&self) -> u64 {
        self.address
    }
}
