// What each command of a table is called before people, as in a refusal. Data only, made of the registrations:
// `python -m tools.dev.command_labels` writes it anew.

export const COMMAND_LABELS = {
  // acts
  fold: 'Fold',
  check: 'Check',
  call: 'Call',
  bet: 'Bet',
  raise_to: 'Raise',
  all_in: 'All-in',
  bring_in: 'Bring-in',
  draw: 'Draw',
  show: 'Show',
  muck: 'Muck',
  deal_card: 'Card',
  clear_card: 'Clear card',
  // amend
  undo: 'Undo',
  redo: 'Redo',
  amend: 'Amend',
  // close
  end_hand: 'End hand',
  misdeal: 'Misdeal',
  // readings
  use_deck: 'Deck',
  change_deck: 'Deck',
  retire_deck: 'Deck',
  resolve_flag: 'Answer',
  register_control: 'Control card',
  remove_control: 'Control card',
  // rulings
  dead_hand: 'Dead hand',
  retrieve_hand: 'Hand given back',
  expose_card: 'Exposed card',
  rabbit_card: 'Rabbit card',
  chop: 'Chop',
  award: 'Award',
  run_board: 'Runs',
  out_of_turn: 'Out of turn',
  string_bet: 'String bet',
  burn_card: 'Burn',
  boxed_card: 'Boxed card',
  replace_card: 'Replaced card',
  irregular_flop: 'Irregular flop',
  community_card: 'Card for all',
  // seats
  seat_player: 'Seat player',
  remove_player: 'Remove player',
  sit_out: 'Sit out',
  set_stack: 'Stack',
  move_player: 'Move player',
  transfer_chips: 'Chips',
  penalty: 'Penalty',
  // setup
  assign_device: 'Node',
  assign_antenna: 'Antenna',
  set_blinds: 'Blinds',
  set_game: 'Game',
  next_game: 'Next game',
  set_house_rules: 'House rules',
  set_odds: 'Odds',
  set_flow: 'Who runs the hands',
  // start
  start_hand: 'Start hand',
  set_button: 'Button',
  // tournament
  set_tournament: 'Tournament',
  set_levels: 'Levels',
  set_side_games: 'Side games',
};
