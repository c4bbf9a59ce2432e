//! Norwegian Bokmål. Plain and short, as Språkrådet asks for, and without English words.
//!
//! | English | Norwegian |
//! |---|---|
//! | brand | merke |
//! | mention | omtale |
//! | story | sak; copies of it are kopier |
//! | tone | tone: negativ, nøytral, positiv, ikke vurdert |
//! | severity | hastegrad: lav, middels, høy |
//! | alert | varsel |
//! | reminder | påminnelse |
//! | incident, spike | bølge |
//! | digest | oversikt |
//! | source | kilde |
//! | silence | demping |
//! | quiet hours | stille tid |
//! | held | holdt tilbake |
//! | acknowledge | kvittere |
//! | author | forfatter; person, where people are counted |
//! | rule, keyword | regel, stikkord |
//! | mail | e-post |

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

/// Norwegian Bokmål.
pub struct Norwegian;
