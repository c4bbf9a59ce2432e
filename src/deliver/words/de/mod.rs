//! German. Speaks to the reader with Sie, in whole sentences, and without English words.
//!
//! | English | German |
//! |---|---|
//! | brand | Marke |
//! | mention | Erwähnung |
//! | story | Thema (die Erwähnungen, die dasselbe erzählen) |
//! | tone | Ton; negativ, neutral, positiv, nicht bewertet |
//! | severity | Schwere; Hinweis, zu beachten, dringend |
//! | alert | Meldung |
//! | reminder | Erinnerung |
//! | incident, spike | Häufung |
//! | digest | Übersicht |
//! | source | Quelle |
//! | silence | Stummschaltung |
//! | quiet hours | Ruhezeit |
//! | held | zurückgehalten |
//! | acknowledge | übernehmen (jemand kümmert sich) |
//! | copy | Kopie |
//! | author | Verfasser; wer schreibt |
//! | rule, keyword | Regel, Stichwort |

mod alert;
mod common;
mod digest;
mod health;
mod incident;
mod mention;
mod score;
mod trial;

/// German.
pub struct German;
