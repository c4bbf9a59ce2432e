//! Norwegian Bokmål. Plain and short, as Språkrådet asks for, and without English words.
//!
//! | English | Norwegian |
//! |---|---|
//! | brand | merke |
//! | mention | omtale |
//! | story | sak (omtalene som forteller det samme) |
//! | tone | tone; negativ, nøytral, positiv, ikke vurdert |
//! | severity | alvor; til orientering, bør ses på, haster |
//! | alert | varsel |
//! | reminder | påminnelse |
//! | incident, spike | bølge |
//! | digest | oversikt |
//! | source | kilde |
//! | silence | demping |
//! | quiet hours | stilletid |
//! | held | holdt tilbake |
//! | acknowledge | ta saken (noen tar seg av den) |
//! | copy | kopi |
//! | author | forfatter; den som skriver |
//! | rule, keyword | regel, stikkord |

mod alert;
mod common;
mod digest;
mod health;
mod incident;
mod mention;
mod score;
mod trial;

/// Norwegian Bokmål.
pub struct Norwegian;
