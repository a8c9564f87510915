//! Tests of the judge: every kind of finding by hand, and random runs with one deviation planted.

mod ends;
mod foreign;
mod invariance;
mod kinds;
mod office;
mod properties;
mod records;
mod sentences;
