use std::{fmt::{self, Display}, io as stdio};
use super::rows::*;
pub use crate::clone::Clone as Copy;
pub mod tests;

#[derive(Debug, Default)]
pub struct Repo<T> {
    pub url: String,
    rows: Vec<rows::Row>,
}

pub struct Pair(i32, i32);

pub enum State {
    Queued,
    Running(u32),
}

pub trait Open: Close + 'static {
    const LIMIT: usize;
    type Error;
    fn open(&self, name: &str) -> Result<Row, Self::Error>;
    fn close(&self) {}
}

impl<T> Open for Repo<T> {
    fn open(&self, name: &str) -> Result<Row, Error> {
        log::info!("open {}", name);
        self.rows.iter().map(parse::<u8>).count();
        match self.state() {
            State::Queued => Self::new(LIMIT),
            _ => Repo { url: name },
        }
    }
}

impl Elsewhere {
    pub(crate) async fn run(&mut self, state: State) -> io::Result<()>
    where
        State: Clone,
    {
        fmt::write(state)
    }
}

mod inner {
    pub static COUNT: i32 = 1;
    pub fn bump() {}
}

const LIMIT: usize = 3;
type Rows = Vec<Row>;

macro_rules! row {
    ($name:expr) => {};
}

extern "C" {
    fn strlen(text: *const u8) -> usize;
}

//! Not at the top, so only a comment.
#![allow(dead_code)]

pub(super) mod limits {
    //! Limits.
    pub const MOST: u64 = 1 << 20;

    pub mod deep {
        pub(in crate::limits) fn reach() -> u64 {
            super::MOST
        }
    }
}

pub use limits::{deep::reach as far, MOST};
extern crate alloc as heap;

/// A union of both.
#[repr(C)]
pub union Bits {
    number: u32,
    bytes: [u8; 4],
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape<'a, const N: usize> {
    Empty,
    Circle { radius: f64, name: &'a str },
    Polygon([f64; N]) ,
    Tagged = 7,
}

pub struct Marker;
pub struct Wrapper<T: ?Sized>(pub Box<T>, PhantomData<T>);

impl<'a, const N: usize> Shape<'a, N> {
    pub const UNIT: Self = Self::Empty;

    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        fn nested() -> f64 {
            1.0
        }
        Shape::Circle { radius: nested(), name: "unit" }
    }

    pub unsafe fn raw(self: &Arc<Self>) -> *const u8 {
        let area = |side: f64| side * side;
        core::ptr::null().add(area(2.0) as usize)
    }
}

impl<T> Deref for Wrapper<T>
where
    T: ?Sized,
{
    type Target = T;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", unsafe { self.number })
    }
}

pub unsafe trait Zeroable: Sized + Default {
    const ZERO: Self;
    type Iter<'a>: Iterator<Item = &'a Self>
    where
        Self: 'a;

    fn zeroed() -> Self {
        Self::default()
    }
}

unsafe impl Zeroable for u8 {
    const ZERO: u8 = 0;
    type Iter<'a> = std::slice::Iter<'a, u8>;
}

pub type Handler<E = Error> = Box<dyn Fn(&State) -> Result<(), E> + Send>;
static mut CALLS: AtomicUsize = AtomicUsize::new(0);

#[macro_export]
macro_rules! shapes {
    ($($name:ident),* $(,)?) => {
        $(pub struct $name;)*
    };
}

shapes!(Square, Triangle);

pub async fn serve(handler: impl Fn(State) -> bool, r#type: &dyn Open) -> impl Iterator<Item = u8> {
    if let Some(State::Running(count)) = current().await? {
        handler(State::Running(count));
    }
    std::iter::empty()
}

#[cfg(test)]
mod checks {
    use super::*;

    #[test]
    fn it_is_far() {
        assert_eq!(far(), MOST);
    }
}

impl Open for () {
    fn initialize(&self) {}
}
