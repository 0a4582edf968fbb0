"""Requests that want a tool, by the tool category that serves them best, in many tones.

`PATTERNS` maps each of the seven tool labels to its templates (one a line); the words of the slots stand in
`intent_words`.
"""

from __future__ import annotations

PATTERNS: dict[str, str] = {}

PATTERNS["information_retrieval"] = """
What's the weather {like_in} {city} {when_w}?
what is the weather going to be in {city} {when_w}
Will it {rain} in {city} {when_w}? I need to know whether to pack {pack}.
do i need {pack} in {city} {when_w}
{can} check the {weather_kind} for {city}?
Give me the {weather_kind} for {city} {when_w}.
I'm {going_to} {city} {when_w}. What will the {weather_kind} be?
Any {warning} near {city} right now?
How are the {outdoor} conditions at {spot} {when_w}?
{find} the latest news {about} {news_topic}.
what's the latest on {news_topic}?
Show me today's headlines from {paper}.
{can} find me some recent articles on {research}?
I can't find any up-to-date {source_kind} on {research}, can you help me?
I'm looking for {source_kind} that {discuss} {research}.
I need {source_kind} about {research} published {period}.
Is there any new {source_kind} about {research}?
{search} the web for {web_query}.
google {web_query} for me
Look up {lookup} {online}.
{find} {lookup}.
i need {lookup} asap
{can} tell me {lookup}?
Who won {match} {last_time}?
What was the score of {match} {last_time}?
Show me {sport_stat} of {team}.
Didn't see {match} {last_time}. How did it end?
when does {team} play next and on which channel
What is the {stock_price} of {company} right now?
{can} pull up {company}'s {financial}?
I want {financial} for {company}, {detail_ask}.
How did {market} do today?
what's {crypto} trading at
Tell me the {stock_price} of {crypto} and how it moved this week.
I require a full fact sheet on {company}, including {financial} and {financial}.
Who {company_role} {company}?
Which {members} have {politics_did} {period}?
Are there any pending {bills} on {policy}? I'd like the current status.
{find} the voting record of {politician} on {policy}.
{find} flights from {city} to {city} {when_t}.
cheapest flight {city} to {city} {when_t}?
I want to fly to {city} {when_t}. {flight_ask}
I need a hotel in {city} {when_t} with {hotel_feature}.
{can} recommend {hotel_kind} in {city} for under {price} a night?
We are going to {city} {when_t}. It would be great to get {trip_need} and {trip_need} for our stay.
I need the nearest {place_kind}, it has to be {open_now}.
closest {place_kind} from here please
{find} a {place_kind} near {city_area} with {place_feature}.
Any decent {place_kind} within a short walk of {city_area}?
Can you recommend a good {cuisine} restaurant {near}?
{find} {cuisine} restaurants {near} with {place_feature}.
Reserve? No, just {find_l} {cuisine} places {near} that have tables free {when_e}.
We'll be at {theme_park} {when_t}. How long are the queues for the big rides?
What's the waiting time at {theme_park} {when_now}?
Show me a map of {map_place}.
Pin {map_place} on a map.
How do I get from {city_area} to {city_area} by {transit}?
When is the next {transit} from {city_area}?
Is there a {transit} delay on the {train_line} line this morning?
{can} check traffic {on_road} {when_now}?
What's the current petrol price in {city}?
{find} {shop_item} under {price} {shop_site}.
How much is {shop_item}, and do they have it in stock?
{can} compare prices for {shop_item} {shop_site}?
Where can I buy {shop_item} {cheap}?
I'm shopping for {shop_item}. Show me {deal_kind} {shop_site}.
any coupon codes for {shop_name}?
I need a {present} present for {giftee}, budget {price}. Show me options I can order.
What do the reviews say about {shop_item}?
I need {shop_item} that is {item_quality} for {giftee}. What do you have?
{find} {job_kind} jobs in {city} {job_detail}.
I'm looking for a job as {job_kind_a} {job_detail}. Can you show me openings?
are there any {job_kind} positions open {near}
I want to hire {job_kind_a} with experience in {skill_area}.
{find} freelance {job_kind}s who know {skill_area}.
Show me profiles of {job_kind}s available {when_t}.
{find} {course_kind} on {subject} {course_site}.
I want to learn {subject}; which {course_kind} are enrolling now?
{can} recommend {course_kind} on {subject} from reputable institutions?
{find} an apartment in {city} with {flat_feature} for less than {price_rent}.
I'm looking for a rental in {city} with {flat_feature}.
What are houses selling for in {city_area}?
I am on the lookout for a {flat_adj} apartment in {city} with a {flat_need}.
Where can I watch {show}?
which streaming service has {show}
Is {show} still playing {playing_at}?
{can} find the trailer of {show}?
Recommend shows like {show} that are on {stream} right now.
I enjoy {media_taste}. {media_ask}
Create a playlist of {music_kind} for {music_occasion}.
I need a playlist with {music_kind}, can you put one together on {music_app}?
Find {podcast_kind} podcasts about {podcast_topic}.
{find} the lyrics of the song that goes "{lyric}".
What events are on in {city} {when_e}?
{ticketed} is sold out on every site I tried. Find me seats somewhere.
{find} tickets for {ticketed} {when_t}.
{find} a {recipe_adj} recipe using {ingr} and {ingr}.
{can} look up a {recipe_adj} recipe for {dish_kind} on {recipe_site}?
I want {recipe_adj} {dish_kind} ideas every day from your recipe database.
How many calories and how much {nutrient} are in {food_item}?
Pull the nutrition facts for {food_item}.
{find} clinical trials for {disease} recruiting in {city}.
Who may take part in trial {trial_id}, and what does it exclude?
{find} a {doctor} near {city_area} who accepts {insurance}.
Is {medicine} available at {pharmacy}?
I need a {lawyer} lawyer in {city} who speaks {language}.
Which rights do I have as {legal_role} under {state} law?
{find} the text of {law_ref} {online}.
What funding is available for {grant_for} in {country}?
{find} grants for {grant_for}.
How does {charity} spend its donations? Pull the figures.
What is the population of {city} according to the latest census?
{find} statistics on {stat_topic} in {country} {period}.
Were there any earthquakes near {city} {last_time}?
Which rocket launches are planned this month?
Where is the space station {when_now}?
METAR and NOTAMs for {airport} please.
Has flight {flight_no} landed yet?
track my parcel {parcel}
Where is my order {parcel}?
Is the domain {domain} available?
{can} check whether {domain} is safe to open?
Has my email {email} been in a data breach?
Are there any outages at {service_it} {when_now}?
How many followers does {celebrity} have on {social}?
What's trending on {social} in {country}?
{find} posts about {web_query} on {social} from {period_s}.
What does my horoscope say for {when_e}? I'm a {zodiac}.
Quote the passages of the {scripture} that deal with {virtue}.
{find} the verse in the {scripture} on {virtue}.
{find} images of {image_of} {image_for}.
{find} a funny gif of {image_of}.
I want a high-quality gif of {image_of} to send to friends.
{find} videos that {video_show} {youtube}.
What time is it in {city}?
what's the time difference between {city} and {city}
What is today's exchange rate from {currency} to {currency}?
When is sunrise in {city} {when_w}?
What does our {wiki} say about {policy_doc}?
Search the {wiki} for {policy_doc}.
Look in my notes for {note_about}.
i wrote something about {note_about} last month, find it in my notes
What's in our database on customer {cust}?
Query the {db} for {db_what}.
Get me the {db_what} from the {db}.
Scrape {scrape_what} from {domain}.
Go to {domain} and tell me {scrape_ask}.
Here is a link: https://{domain}/{path}. {link_ask}
Read me the official rules text of the card {card}.
What has changed in {game} this season? Check the patch notes.
What are the current best {game_thing} in {game} this patch?
Show me player reviews for {game}.
Give me a sudoku puzzle from {puzzle_site}, {difficulty}.
I'm bored, load a {puzzle} for me.
{find} the manual for {device} as a PDF.
What are the specs of {device}?
I'm interested in {service_t}. {help_q}
I've had enough of {frustration}. {frustration_ask}
I just moved to {city} and need {local_need}.
We need {local_need} in {city} for {when_e}, with good reviews.
Which {local_pro} can {local_job} near {city_area}?
Would you kindly put together an up-to-date overview of {list_live} in {city}, with {list_detail} and {list_detail}?
My search is for {list_live} around {city}, and I would be grateful for the {list_detail} of each.
Which services does {company_s} have in my area?
How much does {company_s}'s {plan_kind} plan cost now?
Keyword research for {subject}: volumes and difficulty, please.
I need keyword ideas with search volumes for my article on {research}.
Which {ad_kind} ads does our rival run {when_now}?
Which software does {company} run its site on?
{find} the email address of the {exec} of {company}.
"""

PATTERNS["data_transformation"] = """
Convert {file_a} to {fmt}.
convert {file_a} into {fmt} pls
{can} convert {file_a} from {fmt} to {fmt}?
I need {file_a} in {fmt} format.
How can I get {file_a} as {fmt}?
Turn {file_a} into {fmt} so that {conv_reason}.
Change the format of {file_a} to {fmt}.
Export {export_what} as {fmt}.
{can} export {export_what} to {fmt}?
How do I get hold of {export_what} as a {fmt} file?
I'd like {export_what} as {fmt} to hand out to {team}.
I'd like to save our conversation about {chat_topic} as a {fmt}.
Translate {doc_tr} into {language}.
{can} translate {doc_tr} from {language} to {language}?
I need {doc_tr} translated to {language} by {when_e}.
What does {photo_text} say? It isn't in English.
How is this phrase pronounced in {language}? Play the audio.
Turn {written} into {audio}.
I'd like {written} to become {audio}. Is that possible?
Make {audio} from {written}.
Read {written} aloud with a {voice} voice.
Transcribe {recording}.
{can} transcribe {recording} and {transcript_opt}?
I need the transcript of {recording}.
Add subtitles in {language} to {recording}.
Extract the text from {scan}.
OCR {scan} please
Type up what stands in {scan} for me.
{can} pull the {table_bits} out of {scan} into {fmt}?
Resize {image_f} to {px}.
{img_edit} {image_f}.
{can} {img_edit_l} {image_f}?
I need to {img_edit_l} {image_f} {img_why}.
Merge {image_f} into one {merged}.
Compress {file_a} to under {mb}.
Merge these {n} PDFs into one.
Split {pdf} {split_how}.
Rotate and reorder the pages of {pdf}.
Remove {pdf_rm} from {pdf}.
Create a QR code for {qr}.
Quick, I need something people can scan: a QR code for {qr}.
make me a scannable {code_kind} that leads to {qr}
Generate a {code_kind} for {qr}.
Clean {dataset}: {clean}.
clean up {dataset} and {clean}
{can} {clean} in {dataset}?
Remove duplicates from {dataset}.
Normalise {norm} in {dataset}.
Merge {dataset} with {dataset} on {column}.
Pivot {dataset} by {column}.
Sort {dataset} by {column} and drop {clean_rows}.
Split the {column} column of {dataset} into {split_cols}.
Rename the columns in {dataset} to {naming}.
Fill the missing {column} values in {dataset} with {fill_with}.
Filter {dataset} to rows where {cond}.
Parse {log} and output {fmt}.
Parse the {markup} from {api_src} and flatten it to {fmt}.
Reformat {markup_doc} as {fmt}.
Minify {code_file}.
Base64-{encode} {enc_what}.
{encode_v} {enc_what}.
Hash {enc_what} with SHA-256.
Anonymise {dataset}: mask {pii}.
Map the fields of {dataset} onto {schema}.
Batch {batch}.
Turn {rows_src} into {rows_dst}.
Make {video_out} from {video_in}.
{can} make {video_out} out of {video_in}?
I want {video_out} that {video_desc}.
Trim {recording} to {trim}.
Create a {model3d} of {object_3d} with exact measurements.
Render this text as ASCII art in the {font} font.
Print my name in big {font} ASCII letters.
Please fill my {template} template with {tmpl_data}.
Run off {tmpl_out} with the layout I always use.
Convert all dates in {dataset} to {date_fmt}.
Convert the timestamps in {log} from UTC to {tz}.
convert this {markup} to {fmt}: {markup_snip}
Change the encoding of {file_a} to UTF-8.
Change the units in {dataset} from {unit} to {unit}.
Generate a diagram from this description: {diagram_desc}.
Draw a flow chart of {flow} with the diagram tool.
I need a crossword made from these words: {words}.
Turn my meeting minutes into {rows_dst}.
The {conv_problem}. {conv_ask}
"""

PATTERNS["calculation"] = """
What is {arith}?
calculate {arith}
{arith} = ?
whats {arith}
{can} compute {arith} for me?
I'm trying to work out {arith}.
Use the calculator: {arith}.
What is {pct} of {money}?
How much is {pct} {offon} {money}?
Add {pct} {tax} to {money}.
What's the tip on a bill of {money} at {pct}, split {n} ways?
Split {money} between {n} people with {pct} tip.
Calculate the monthly payment on a {money_big} loan at {rate} over {years} years.
What do I pay back in all for {loan} at {rate} over {years} years?
How much interest will {money_big} earn in {years} years at {rate}, compounded {compounded}?
I put {money} a month into savings at {rate}. What do I have after {years} years?
What will my mortgage cost if I borrow {money_big} at {rate}?
How much sales tax would I pay on {money} in {state}?
I earn {money_big} a year in {state}; calculate my take-home pay.
Calculate my BMI: {height}, {weight}.
How many calories do I need at {height}, {weight}, age {age}?
Convert {qty} {unit_a} to {unit_b}.
how many {unit_b} in {qty} {unit_a}
Convert {money} from {currency} to {currency}.
How much is {money_cur} in {currency}?
Solve {equation} for x.
solve {equation}
Find the roots of {poly}.
Differentiate {func}.
What is the integral of {func} from {lim} to {lim}?
Evaluate the limit of {func} as x goes to {lim}.
Compute the determinant of {matrix}.
Find the eigenvalues of {matrix}.
Invert the matrix {matrix}.
Multiply {matrix} by {matrix}.
Solve this system: {system}.
Find the mean and standard deviation of {numbers}.
What's the {stat} of {numbers}?
Compute the {stat} for these scores: {numbers}.
Calculate the correlation between {numbers} and {numbers}.
Run a {test} on {samples}.
What is the p-value for {samples}?
What sample size do I need for a margin of {pct} at 95% confidence?
Give me the 95% confidence interval for {ci}.
What's the probability of {prob}?
How many ways can {combi}?
What is {n_big} factorised into primes?
Is {n_big} prime?
Convert {n_big} to {base}.
What is {hex} in {base}?
Find the area of {shape_dim}.
What is the volume of {solid_dim}?
How long is the hypotenuse if the legs are {num} and {num}?
How many days between {date} and {date}?
what date is {n_big} days after {date}
How old is someone born on {date} today, in days?
How many hours is it from {time} to {time}?
If I drive {num} miles at {num} mph, how long does it take?
A car uses {num} litres per 100 km. What does a trip of {n_big} km cost at {fuel} a litre?
How much paint do I need for {paint}?
How many tiles of {tile} cover {paint}?
I need the {ratio} of {money_big} and {money_big}.
What is the compound annual growth from {money_big} to {money_big} over {years} years?
Calculate the ROI if I invested {money_big} and got back {money_big}.
What is the break-even point with fixed costs of {money_big}, price {money} and unit cost {money}?
What's my GPA with {grades}?
What score do I need on the final if I have {pct} now and it counts {pct}?
Scale this recipe from {n} to {n2} servings: {recipe_q}.
Score this {card_game} hand: {hand}.
Calculate the molar mass of {molecule}.
What's the {phys} of {phys_obj}?
Compute the force needed for {phys_obj}.
How many watts does {appliance} use in a month, and what does it cost at {fuel} per kWh?
My payslip says {money} gross; what's the hourly rate for {num} hours?
Simplify {frac}.
Round {dec} to {n} decimal places.
Sum these up: {numbers}.
Find the {nth} term of the sequence with a1 = {num} and d = {num}.
{name} {bought} {n} {goods} at {price_s} each and {n} {goods} at {price_s} each. How much in total?
{name} {runs} {num} laps in {num} minutes and {num} laps in {num} minutes. What is the average speed?
I'm bad at math. {calc_plain}
quick math: {calc_plain}
{calc_plain}
Fit a linear regression to {points} and give the slope.
Do a Monte Carlo estimate of {monte}.
"""

PATTERNS["communication"] = """
Send an email to {person} {mail_about}.
send {person} an email {mail_about}
{can} email {person} {mail_about}?
Email {person} and {person} {mail_about}.
I need to email {person} {mail_about}. Please send it.
Write to {person} {mail_about} and send it {send_when}.
Reply to {person}'s email and {reply_say}.
reply to the last message from {person}: "{short_msg}"
Forward {mail_obj} to {person}.
Forward the {mail_obj_n} from {person} to {group} with a note.
Send {person} a text: "{short_msg}"
text {person} {that} {fact}
Text {person} {that} {fact}.
{can} text my {relative} {that} {fact}?
Message {person} on {messenger} {that} {fact}.
Post "{short_msg}" in the {channel} channel.
Post in {channel} {that} {fact}.
Tell {group} on {messenger} {that} {fact}.
Let {group} know {that} {fact}.
Ping {person} on {messenger} about {work_topic}.
DM {person} {mail_about_link}.
Send a {messenger} message to {group}: {short_msg}
Call {person}.
Dial {phone_target} for me.
Start a video call with {person}.
leave a voicemail for {person} saying {fact}
Tweet "{short_msg}" from {account}.
Post an update on {social} saying {fact}.
Publish this on our {social} page: {short_msg}
Share {share_obj} with {person}.
Let {group} see {share_obj}.
Notify {group} {that} {fact}.
Alert {group} {if_alert}.
Send a notification to all {users} {that} {fact}.
Send out invitations for {event_c} to {group}.
Invite {person} and {person} to {event_c} by email.
Send a thank-you note to {person} for {thanks_for}.
Send a birthday message to {person}.
Send condolences to {person}.
Email the invoice to {person}.
Email {group} a reminder that {fact}.
Check my inbox for {inbox_q}.
Do I have any new {mail_kind} from {person}?
read my unread {mail_kind}
Read me the latest {mail_kind} from {person}.
How many unread {mail_kind} do I have?
Search my inbox for {inbox_q}.
Find the email in which {person} {mentioned} {work_topic}.
Delete all {mail_kind} from {sender_n}.
Mark the {mail_kind} from {person} as read.
Archive everything from {sender_n}.
Unsubscribe me from {sender_n}.
Move the {mail_kind} from {person} to the {folder_m} folder.
Block {sender_n}.
Set up an auto-reply saying {fact}.
set my status on {messenger} to {status}
Mute the {channel} channel.
Create a group chat with {person}, {person} and {person}.
Add {person} to the {channel} channel.
Translate and send this to {person}: "{short_msg}"
CC {person} on my reply to {person}.
Attach {attach} and send it to {person}.
Send {attach} to {person} by email.
Respond to all {customers} who {complained} with an apology.
Reach out to {candidates} about {position}.
I'd like to apply at {company_c}. Contact the hiring manager and say that {pitch}.
Please contact {support_of} and ask {support_ask}.
I need to get hold of {person}, can you message them {send_when}?
My {relative} hasn't heard from me. Send her a message that {fact}.
I'm running late, tell {person}.
ask {person} on {messenger} if {ask_if}
Ask {group} whether {ask_if} and tell me their replies.
{can} let {person} know I {will_not}?
Draft a message to {person} {mail_about} and put it in my drafts.
Send our newsletter to the {list_n} list.
Send an SMS blast to {customers}: {short_msg}
Broadcast to {group}: {short_msg}
Send a fax to {phone_target}.
Give {person} a heads-up that {fact}.
Loop in {person} on the thread about {work_topic}.
Follow up with {person} about {work_topic}, they haven't answered.
"""

PATTERNS["scheduling"] = """
Schedule {meeting} with {person} {when_s}.
schedule {meeting} {when_s}
{can} schedule {meeting} with {person} for {when_s}?
Book {meeting} with {person} {when_s}.
Set up {meeting} with {group} {when_s}.
Put {meeting} on my calendar {when_s}.
Add {appoint} to my calendar, {when_s}.
add {appoint} {when_s}
I have {appoint} {when_s}, put it in the calendar.
Create {recurring} event for {meeting}.
Remind me to {todo} {when_s}.
remind me {when_s} to {todo}
{can} remind me to {todo} {when_s}?
Set a reminder {when_s}: {todo}.
Please attach a reminder to {appoint} in {cal_app}.
I keep forgetting to {todo}. Set a {recurring_r} reminder.
Don't let me forget to {todo} {when_s}.
Nudge me {when_s} about {todo_n}.
Set an alarm for {time}.
wake me up at {time} {when_day}
Set a timer for {dur}.
start a {dur} timer
Move {meeting_the} to {when_s}.
{can} push {meeting_the} back {by_dur}?
Reschedule {appoint_my} to {when_s}.
Cancel {meeting_the}.
cancel {appoint_my} {when_day}
Clear my calendar {when_day}.
Block {dur} {when_day} for {focus}.
Keep {when_day} afternoon free for {focus}.
What's on my calendar {when_day}?
what meetings do i have {when_day}
When is my next {appoint_n}?
Am I free {when_s}?
When are {person} and I both free {when_week}?
Find a time {when_week} that works for {group}.
Do I have any conflicts {when_day}?
How many meetings do I have {when_week}?
Invite {person} to {meeting_the}.
Add {person} to {meeting_the} and move it to room {room_no}.
Book room {room_no} {when_s} for {n} people.
Reserve a {bookable} {when_s}.
Make a reservation for {n} at {restaurant} {when_s}.
I would like to book a table for {n} at {restaurant} {when_s}.
Book me an appointment with {pro} {when_s}.
Make {an_appoint} with {pro} {when_week}.
Schedule {service_home} for {when_s}.
Set up {recurring} with {person}.
Plan my {day_kind}: {plan_items}.
Organise my week so that {week_goal}.
New task for {person}: {todo}, due {when_s}.
Add "{todo}" to my to-do list for {when_day}.
Mark the task "{todo}" as done.
What tasks are due {when_week}?
What is still open in our {team_project} project?
List the action items that {person} has to finish {when_week}.
Set the deadline for {deliverable} to {when_s}.
Put the {deadline_ev} deadline in my calendar with an alert {alert_before} before.
Count down the days to {deadline_ev}.
Snooze that reminder {snooze}.
Delete my reminder about {todo_n}.
Change my alarm to {time}.
Turn off the {time} alarm.
Remind {person} {when_s} to {todo}.
Every {weekday} at {time}, remind me to {todo}.
Repeat {meeting_the} every {weekday}.
Set up a shift plan for {group} {when_week}.
Schedule the post about {work_topic} for {when_s}.
Schedule this email to go out {when_s}.
Plan an interview with {candidate} {when_s} and send the invite.
I need {dur} with {person} {when_week}, whenever both calendars allow.
Can we do {when_s} for {meeting}? Check my calendar first.
I've got {appoint} and {appoint} at the same time. Fix it.
It's my {relative}'s birthday on {date}, make sure I'm reminded {alert_before} before.
Sync my {cal_app} calendar with {cal_app2}.
Accept the invite from {person}.
Decline {meeting_the} and propose {when_s}.
Set a bedtime reminder for {time}.
Track my medication: remind me at {time} and {time} every day.
My {bill} is due on {date}; remind me {alert_before} before.
Log out-of-office from {date} to {date} in the calendar.
The {meeting_n} {sched_problem}. {sched_ask}
"""

PATTERNS["file_operations"] = """
Open {file}.
open the file {file}
Open {file} and read me {file_part}.
Read {file} and tell me {file_ask}.
{can} read {file}?
What does {file} say {file_where}?
Show me the contents of {file}.
show the {head} {n} lines of {file}
Save this {content} as {file}.
save it to {folder}
{can} save {content_the} to {folder} as {file}?
Write {content} into {file}.
Append "{line}" to {file}.
Replace "{word_a}" with "{word_b}" in {file}.
Create a new file called {file}.
Create a folder named {folder_n} {folder_in}.
make a new directory {folder_n} {folder_in}
Delete {file}.
Delete all {file_kind} {folder_in}.
Empty the {trash}.
Move {file} to {folder}.
Move all {file_kind} from {folder} to {folder}.
Copy {file} to {folder}.
Rename {file} to {file}.
Rename all {file_kind} {folder_in} by {rename_by}.
List the files in {folder}.
what files are in {folder}
Which files {folder_in} were changed {period_s}?
How big is {folder}?
Find {file} on my {drive}.
{find} every {file_kind_s} {folder_in} that mentions {work_topic}.
find the {doc_kind} i saved {period_s}
Where did I put {doc_the}?
Upload {file} to {cloud}.
upload {doc_the} to {cloud} and {share_l}
{can} upload {file} to the {folder_n} folder in {cloud}?
Download {file} from {cloud}.
Download {doc_the} from {cloud} to {folder}.
Back up {folder} to {cloud}.
I need a backup of {folder} on {cloud}.
Restore {file} from {restore}.
Sync {folder} with {cloud}.
Share the {folder_n} folder on {cloud} with {person}.
Give {person} edit access to {file}.
Make {file} read-only.
Zip {folder} and save it to {folder}.
Unzip {archive} into {folder}.
Extract {archive} {folder_in}.
Attach {file} to {attach_to}.
Print {file}.
print {doc_the}, {copies}
Scan the {paper_doc} to {folder}.
Log {log_entry} in {file}.
Add a row to {sheet}: {row}.
Update cell {cell} in {sheet} to {num}.
Read column {col} of {sheet}.
Add {log_entry} to my {notebook}.
Make a note in {note_app}: {note_text}.
take a note: {note_text}
Write down in {note_app} what was decided in {note_src}.
Create a document in {cloud} titled "{doc_title}".
Export {content_the} into {folder} on {cloud}.
Store {content_the} in the {db_s}.
Insert {log_entry} into the {db_s}.
Import {sheet} into {db_s}.
Load {sheet} and show the {head} {n} rows.
Compare {file} with {file} and show what changed.
Revert {file} to {version}.
Check whether {file} exists {folder_in}.
Free up space on my {drive}: remove {clean_files}.
Move my {photos} from {device_p} to {cloud}.
Organise {folder} into subfolders by {org_by}.
Encrypt {file} with a password.
Change the permissions of {file} to {perm}.
Open my {cloud} and pull up {doc_the}.
Get the {doc_kind} from the shared drive.
Fetch {doc_the} from {cloud} and put it in {folder}.
I lost {doc_the}. Can you look on {cloud}?
My {drive} is full. Move {clean_files} to {cloud}.
Commit {file} and push it to the {repo} repository.
Clone the {repo} repository into {folder}.
Deploy {folder} to {host}.
SSH into the {server} server and {ssh_do}.
Is the {server} server low on memory?
Restart the {service_s} service on the {server} server.
Check the logs {folder_in} for {log_err}.
Turn {content_the} into a file that I can download.
Please give me the {fmt} file of {content_the}.
"""

PATTERNS["analysis"] = """
Analyse {data} and {an_goal}.
analyze {data} for {pattern}
{can} analyse {data} and tell me {an_ask}?
I need an analysis of {data} by {column}.
What trends do you see in {data}?
Find {pattern} in {data}.
Which {column} drives {metric} in {data}?
Look at {data}. Why did {metric} {moved} {period}?
Compare {metric} {period} with {period_b} in {data}.
Break down {metric} by {column}.
Segment our {customers} by {column}.
Build a dashboard of {metric} from {data}.
Plot {metric} over {period}.
plot {data}
Make a {chart} of {data}.
{can} draw a {chart} showing {metric} by {column}?
Visualise {data} as a {chart}.
Give me a {chart} of {metric} from {data}.
Forecast {metric} for {future} from {data}.
Detect anomalies in {data}.
Run a cohort analysis on {data}.
Cluster the {customers} in {data}.
Is there a correlation between {metric} and {metric} in {data}?
Evaluate the results of our {experiment}.
Which variant won our {experiment}?
Summarize {doc_s}.
summarize {doc_s} in {sum_len}
{can} summarise {doc_s} for me?
Give me a summary of {doc_s}, {sum_len}.
TL;DR of {doc_s}?
I don't have time to read {doc_s}. What are the key points?
I have {doc_s} here and need {sum_len} of it for {team}.
Boil {doc_s} down to its core for me.
Extract the key takeaways from {doc_s}.
List the action items in {doc_s}.
What are the main arguments in {doc_s}?
What risks does {doc_s} mention?
Compare {doc_s} with {doc_s}: where do they disagree?
Highlight the {clause} clauses in {doc_s}.
What does {doc_s} conclude about {work_topic}?
Do a sentiment analysis of {feedback}.
what's the overall sentiment of {feedback}
Are people happy with {an_product}? Analyse {feedback}.
Classify {feedback} by topic and urgency.
What do {customers} complain about most in {feedback}?
Find common themes in {feedback}.
Extract named entities from {doc_s}.
Detect the language of {doc_s}.
Check {doc_s} for plagiarism.
Check the readability score of {doc_s}.
Review {doc_s} and flag {flag}.
Analyse the SEO of {domain}.
Give me an SEO audit of {domain}.
How well does {domain} perform? Check its {perf}.
Do our {ad_kind} ads pay off? Look at clicks and sales.
How are my {ad_kind} campaigns doing?
Where do we waste money in the {ad_kind} campaign?
Audit {audit} for {flag}.
Analyse {image_an} and describe {image_what}.
What is in {image_an}?
Look at {image_an} and tell me {image_what}.
Here's a {blueprint}; work out {image_what}.
Analyse my {self_data} and tell me what to improve.
How did my {self_data} change {period}?
Where does most of my money go? Check {money_data}.
How is my {portfolio} split between asset classes?
Evaluate the risk of my {portfolio}.
Analyse my {game_an} and find my mistakes.
Check my {puzzle_an} for mistakes.
Profile {code_an} and find the bottleneck.
Find root causes in {log_an}.
What patterns show up in {log_an}?
Score these {candidates_an} against {criteria}.
Rank {rank_what} by {metric} using {data}.
Compute churn drivers from {data} and write up the findings.
Generate a report on {metric} from {data}.
Produce a {period_r} report for {team} on {metric}.
How does our {metric} compare with {competitor}?
Do a competitor analysis for {company_a} based on {data}.
Do a SWOT from {doc_s}.
Estimate the market size from {data}.
Analyse the word frequencies in {doc_s}.
Compare the tone of {doc_s} and {doc_s}.
I've uploaded {doc_s}. {upload_ask}
I've attached {data}. {data_ask}
Here's the link to {doc_link}. {upload_ask}
"""
