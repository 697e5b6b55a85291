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
