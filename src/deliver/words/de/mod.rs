//! German. Speaks to the reader with Sie, in whole sentences, and without English words.
//!
//! | English | German |
//! |---|---|
//! | brand | Marke |
//! | mention | Erwähnung |
//! | story | Beitrag; copies of it are Kopien |
//! | tone | Ton: negativ, neutral, positiv, unbewertet |
//! | severity | Dringlichkeit: gering, mittel, hoch |
//! | alert | Alarm |
//! | reminder | Erinnerung |
//! | incident, spike | Häufung |
//! | digest | Übersicht |
//! | source | Quelle |
//! | silence | Stummschaltung |
//! | quiet hours | Ruhezeit |
//! | held | zurückgehalten |
//! | acknowledge | quittieren |
//! | author | Verfasser; Person, where people are counted |
//! | rule, keyword | Regel, Stichwort |
//! | mail | E-Mail |

mod alert;
mod answer;
mod arrivals;
mod common;
mod digest;
mod health;
mod incident;
mod mention;
mod score;
mod trial;

/// German.
pub struct German;
