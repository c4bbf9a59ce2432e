//! WebSub from end to end: a publisher and its hub on loopback, the daemon on a simulated clock.
mod absence;
pub mod bed;
mod crash;
mod deliveries;
mod handshake;
mod hostile;
mod keys;
mod subscriptions;
