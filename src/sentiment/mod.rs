//! In which tone a text speaks, of how much harm, and which words say so: hand-made lexicons and a few rules, in time linear
//! in the text.
//!
//! It never asks a network or a model, and never shows a reason that does not stand in the text.
//! What a lexicon is and how it is written is told at the top of `config/lexicon/en.toml`.

mod aim;
mod around;
mod beside;
mod figure;
mod harm;
mod key;
mod language;
mod lexicon;
mod mark;
mod mock;
mod piece;
mod quoted;
mod role;
mod scale;
mod scorer;
mod severity;
mod sign;
mod step;
mod tail;
mod token;
mod trend;
mod vocabulary;
mod weigh;
mod words;
mod written;

pub use figure::Figures;
pub use harm::{harm_words, harmless_expressions};
pub use scorer::{Ask, Scorer, Workspace};
pub use severity::Severities;
pub use words::{WordFault, Words};
