//! Many cases of one procedure, and what is said of them.

mod habits;
mod office;
mod repeating;
mod texts;
