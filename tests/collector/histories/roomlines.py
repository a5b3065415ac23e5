"""Hands as card rooms write them, all of our own making: each has the room's lines, and sums that are right."""

from __future__ import annotations

STARS = """PokerStars Hand #880000000101:  Hold'em No Limit ($1/$2 USD) - \
2024/05/06 20:15:30 CET [2024/05/06 14:15:30 ET]
Table 'Lyra VI' 6-max Seat #2 is the button
Seat 1: Iva ($240 in chips)
Seat 2: Jon ($187.40 in chips)
Seat 4: Ket ($200 in chips)
Ket: posts small blind $1
Iva: posts big blind $2
*** HOLE CARDS ***
Dealt to Jon [Jh Js]
Jon: raises $4 to $6
Ket: calls $5
Iva: folds
*** FLOP *** [4d 8c Th]
Ket: checks
Jon: bets $9
Ket: calls $9
*** TURN *** [4d 8c Th] [2s]
Ket: checks
Jon: checks
*** RIVER *** [4d 8c Th 2s] [Kd]
Ket: bets $20
Jon: calls $20
*** SHOW DOWN ***
Ket: shows [Tc 9c] (a pair of Tens)
Jon: shows [Jh Js] (a pair of Jacks)
Jon collected $69 from pot
*** SUMMARY ***
Total pot $72 | Rake $3
Board [4d 8c Th 2s Kd]
Seat 1: Iva (big blind) folded before Flop
Seat 2: Jon (button) showed [Jh Js] and won ($69) with a pair of Jacks
Seat 4: Ket (small blind) showed [Tc 9c] and lost with a pair of Tens
"""
"""Jon wins 69 of 72, and the house has 3: 187.40 + 69 - 35 = 221.40."""

ZOOM = STARS.replace("PokerStars Hand", "PokerStars Zoom Hand")

KNOCKOUT = """PokerStars Hand #880000000202: Tournament #71, $4.50+$0.50 USD Hold'em No Limit - Level III (25/50) - \
2024/05/06 14:15:30 ET
Table '71 9' 9-max Seat #5 is the button
Seat 5: Lev (900 in chips, $1.75 bounty)
Seat 6: Mia (1300 in chips)
Seat 8: Nur (75 in chips, $0.90 bounty)
Mia: posts small blind 25
Nur: posts big blind 50
*** HOLE CARDS ***
Lev: raises 100 to 150
Mia: calls 125
Nur: calls 25 and is all-in
*** FLOP *** [3h 6s Qd]
Mia: checks
Lev: checks
*** TURN *** [3h 6s Qd] [Qc]
Mia: checks
Lev: checks
*** RIVER *** [3h 6s Qd Qc] [9h]
Mia: checks
Lev: checks
*** SHOW DOWN ***
Mia: shows [Kc Jd] (a pair of Queens)
Lev: shows [Ks Jh] (a pair of Queens)
Lev collected 75 from side pot
Mia collected 75 from side pot
Nur: shows [Td 8d] (a pair of Queens)
Mia collected 113 from main pot
Lev collected 112 from main pot
Mia wins $0.45 for splitting the elimination of Nur
Nur finished the tournament in 41st place
*** SUMMARY ***
Total pot 375 Main pot 225. Side pot 150. | Rake 0
Board [3h 6s Qd Qc 9h]
"""
"""225 for two is 113 and 112: no chip is halved, whatever the bounties are."""

GG_LEVEL = """Poker Hand #TM9100000303: Tournament #55, Sunday Special $50 Hold'em No Limit - Level8(150/300(40)) - \
2025/11/02 18:00:09
Table '4' 8-max Seat #7 is the button
Seat 2: 5ae1 (6,120 in chips)
Seat 3: Hero (230 in chips)
Seat 7: 90bb (4,400 in chips)
5ae1: posts the ante 40
Hero: posts the ante 40
90bb: posts the ante 40
5ae1: posts small blind 150
Hero: posts big blind 190 and is all-in
*** HOLE CARDS ***
Dealt to 5ae1
Dealt to Hero [9s 9c]
Dealt to 90bb
90bb: calls 300
5ae1: calls 150
*** FLOP *** [2h 7c Jd]
5ae1: checks
90bb: checks
*** TURN *** [2h 7c Jd] [4h]
5ae1: checks
90bb: checks
*** RIVER *** [2h 7c Jd 4h] [As]
5ae1: checks
90bb: bets 600
5ae1: folds
Uncalled bet (600) returned to 90bb
*** SHOWDOWN ***
90bb: shows [Ad Tc]
Hero: shows [9s 9c]
90bb collected 910 from pot
*** SUMMARY ***
Total pot 910 | Rake 0 | Jackpot 0 | Bingo 0 | Fortune 0 | Tax 0
Board [2h 7c Jd 4h As]
Seat 2: 5ae1 (small blind) folded on the River
"""
"""120 of antes, 190 of the short blind from each of three, and 110 more from two: 910."""

FULL_TILT = """Full Tilt Poker Game #70000000404: Table Garnet (6 max) - \
$1/$2 - No Limit Hold'em - 9:41:00 ET - 2010/03/04
Seat 1: Oda ($200)
Seat 3: Pim ($88.50)
Seat 5: Rui ($301), is sitting out
Seat 6: Sol ($140)
Pim posts the small blind of $1
Sol posts the big blind of $2
The button is in seat #1
*** HOLE CARDS ***
Oda: nice hand 7
Oda raises to $7
Pim has 15 seconds left to act
Pim calls $6
Sol folds
*** FLOP *** [5s 5h Kc] (Total Pot: $16, 2 Players)
Pim checks
Oda bets $10
Pim raises to $81.50, and is all in
Oda calls $71.50
Pim shows [Kd Qd]
Oda shows [Ah Kh]
*** TURN *** [5s 5h Kc] [3d] (Total Pot: $179, 2 Players, 1 All-In)
*** RIVER *** [5s 5h Kc 3d] [Qs] (Total Pot: $179, 2 Players, 1 All-In)
Pim shows two pair, Kings and Queens
Oda shows two pair, Kings and Fives
Pim wins the pot ($176) with two pair, Kings and Queens
*** SUMMARY ***
Total pot $179 | Rake $3
Board: [5s 5h Kc 3d Qs]
Seat 1: Oda (button) showed [Ah Kh] and lost with two pair, Kings and Fives
"""

WINAMAX = """Winamax Poker - CashGame - HandId: #505-12-1700000000 - Omaha pot limit (0.50€/1€) - \
2023/11/14 22:13:20 UTC
Table: 'Lagos 07' 5-max (real money) Seat #3 is the button
Seat 1: Tao (100€)
Seat 2: Uma (55.20€)
Seat 3: Vic (80€)
*** ANTE/BLINDS ***
Tao posts small blind 0.50€
Uma posts big blind 1€
Dealt to Vic [As Ks 9d 8d]
*** PRE-FLOP ***
Vic raises 1.50€ to 2.50€
Tao folds
Uma calls 1.50€
*** FLOP *** [9h 9c 2s]
Uma checks
Vic bets 4€
Uma folds
Vic collected 9.20€ from pot
*** SUMMARY ***
Total pot 9.20€ | Rake 0.30€
Board: [9h 9c 2s]
Seat 3: Vic (button) won 9.20€
"""
"""The pot is 5.50; Winamax names what was won: 5.20, and Vic's own 4 that nobody called."""

PACIFIC = """#Game No : 606000111
***** 888poker Hand History for Game 606000111 *****
$0.50/$1 Blinds No Limit Holdem - *** 09 02 2021 11:12:13
Table Ankara 6 Max (Real Money)
Seat 4 is the button
Total number of players : 3
Seat 2: Wes ( $101.25 )
Seat 4: Xia ( $64 )
Seat 9: Yul ( $100 )
Yul posts small blind [$0.50]
Wes posts big blind [$1]
** Dealing down cards **
Dealt to Xia [ Ac, Qc ]
Xia raises [$3]
Yul folds
Wes calls [$2]
** Dealing flop ** [ Qh, 7s, 2d ]
Wes checks
Xia bets [$4]
Wes raises [$12]
Xia raises [$57]
Wes calls [$49]
** Dealing turn ** [ 7d ]
** Dealing river ** [ 3c ]
** Summary **
Xia shows [ Ac, Qc ]
Wes mucks [ Kh, Qd ]
Xia collected [ $125.50 ]
"""
"""Xia puts 3, 4 and 57 in: 64, all-in. The pot is 128.50, and 3 of it is the rake that the text does not name."""

PARTY = """***** Hand History for Game 707000222 *****
$1/$2 USD NL Texas Hold'em - Monday, April 03, 19:20:21 EDT 2017
Table Delft (Real Money)
Seat 1 is the button
Total number of players : 2/6
Seat 1: Zed ( $210 USD )
Seat 5: Abe ( $95 USD )
Zed posts small blind [$1 USD].
Abe posts big blind [$2 USD].
** Dealing down cards **
Dealt to Zed [  Td Tc ]
Zed raises [$5 USD]
Abe calls [$4 USD]
** Dealing Flop ** [ 2c, 3c, Th ]
Abe checks
Zed bets [$8 USD]
Abe folds
Zed does not show cards.
Zed wins $19.50 USD
"""
"""Zed's raise makes it 6; the pot is 12, 8 come back, and 0.50 is the rake: 19.50 in one sum."""
