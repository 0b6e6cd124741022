"""The world outside, as every adapter meets it: files written as a whole, clients of AWS with time-outs and advice."""
