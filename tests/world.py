# ruff: noqa: E501  (one language, one line)
"""One short article in each language that Backfile reads, written for these tests."""

from typing import NamedTuple


class Sample(NamedTuple):
    """An article, a word as it stands there, another form of it, and a word that is not there."""

    language: str
    text: str
    word: str
    form: str
    absent: str


WORLD = (
    Sample("ar", "افتتح مجلس المدينة يوم الاثنين الجسر الجديد فوق النهر بعد ثلاث سنوات من العمل. وقال رئيس البلدية إن المهندسين أنهوا البناء في موعده وإن الحافلات ستعبر من صباح الغد.", "المهندسين", "مهندس", "برتقال"),
    Sample("az", "Şəhər şurası bazar ertəsi çay üzərindəki yeni körpünü açdı. Mühəndislər işi üç il ərzində başa çatdırdılar və avtobuslar sabah səhərdən körpüdən keçəcək, dedi bələdiyyə sədri.", "Mühəndislər", "mühəndislər", "portağal"),
    Sample("be", "Гарадскі савет у панядзелак адкрыў новы мост праз раку. Інжынеры скончылі будоўлю за тры гады, і аўтобусы пойдуць па ім з заўтрашняй раніцы, сказаў старшыня савета журналістам.", "журналістам", "журналісты", "апельсін"),
    Sample("bg", "Градският съвет откри в понеделник новия мост над реката. Инженерите завършиха строежа за три години, а автобусите ще минават по него от утре сутринта, каза кметът пред журналисти.", "Инженерите", "инженер", "портокал"),
    Sample("bn", "সোমবার নগর পরিষদ নদীর উপর নতুন সেতু খুলে দিয়েছে। প্রকৌশলীরা তিন বছরে কাজ শেষ করেছেন এবং আগামীকাল সকাল থেকে বাস চলবে বলে মেয়র সাংবাদিকদের জানিয়েছেন।", "সেতু", "সেতু", "কমলা"),
    Sample("ca", "L'ajuntament va inaugurar dilluns el pont nou sobre el riu. Els enginyers van acabar les obres en tres anys i els autobusos hi passaran des de demà al matí, va dir l'alcaldessa als periodistes.", "enginyers", "enginyer", "taronja"),
    Sample("cs", "Městská rada v pondělí otevřela nový most přes řeku. Inženýři dokončili stavbu za tři roky a autobusy po něm začnou jezdit zítra ráno, řekl novinářům starosta, který předtím mluvil s dělníky.", "dělníky", "dělníků", "pomeranč"),
    Sample("da", "Byrådet åbnede mandag den nye bro over floden. Ingeniørerne afsluttede arbejdet på tre år, og busserne kører over den fra i morgen tidlig, sagde borgmesteren til journalisterne, der havde ventet længe.", "journalisterne", "journalister", "appelsin"),
    Sample("de", "Der Stadtrat hat am Montag die neue Brücke über den Fluss eröffnet. Die Ingenieure beendeten die Arbeiten nach drei Jahren, und die Busse fahren von morgen früh an darüber, sagte die Bürgermeisterin den Zeitungen.", "Zeitungen", "Zeitung", "Apfelsine"),
    Sample("el", "Το δημοτικό συμβούλιο εγκαινίασε τη Δευτέρα τη νέα γέφυρα πάνω από το ποτάμι. Οι μηχανικοί τελείωσαν το έργο σε τρία χρόνια και τα λεωφορεία θα περνούν από αύριο, είπε ο δήμαρχος στους δημοσιογράφους.", "δημοσιογράφους", "δημοσιογράφος", "πορτοκάλι"),
    Sample("en", "The city council opened the new bridge over the river on Monday. The engineers finished their work within three years, and buses will cross it from tomorrow morning, the mayor told reporters.", "engineers", "engineer", "orange"),
    Sample("eo", "La urba konsilio lunde malfermis la novan ponton super la rivero. La inĝenieroj finis la laboron en tri jaroj, kaj aŭtobusoj transiros ĝin ekde morgaŭ matene, diris la urbestro al la ĵurnalistoj.", "ĵurnalistoj", "ĵurnalisto", "oranĝo"),
    Sample("es", "El ayuntamiento inauguró el lunes el nuevo puente sobre el río. Los ingenieros terminaron las obras en tres años y los autobuses lo cruzarán desde mañana, dijo la alcaldesa a los periodistas.", "ingenieros", "ingeniero", "naranja"),
    Sample("et", "Linnavolikogu avas esmaspäeval uue silla üle jõe. Insenerid lõpetasid töö kolme aastaga ja bussid hakkavad üle silla sõitma homme hommikul, ütles linnapea ajakirjanikele, kes olid kaua oodanud.", "ajakirjanikele", "ajakirjanikud", "apelsin"),
    Sample("eu", "Udalak astelehenean ireki zuen ibaiaren gaineko zubi berria. Ingeniariek hiru urtean amaitu zituzten lanak, eta autobusak bihar goizetik aurrera igaroko dira bertatik, esan zien alkateak kazetariei.", "autobusak", "autobus", "laranja"),
    Sample("fa", "شورای شهر روز دوشنبه پل تازه را روی رودخانه گشود. مهندسان کار را در سه سال به پایان رساندند و اتوبوس‌ها از فردا صبح از آن می‌گذرند، شهردار به خبرنگاران گفت.", "اتوبوس", "اتوبوسها", "پرتقال"),
    Sample("fi", "Kaupunginvaltuusto avasi maanantaina uuden sillan joen yli. Insinöörit saivat työn valmiiksi kolmessa vuodessa, ja bussit alkavat kulkea sen kautta huomisaamuna, pormestari sanoi toimittajille.", "toimittajille", "toimittajat", "appelsiini"),
    Sample("fr", "Le conseil municipal a inauguré lundi le nouveau pont sur le fleuve. Les ingénieurs ont achevé les travaux en trois ans et les autobus y passeront dès demain matin, a déclaré la mairesse aux journalistes.", "ingénieurs", "ingénieur", "orange"),
    Sample("ga", "D'oscail comhairle na cathrach an droichead nua thar an abhainn Dé Luain. Chríochnaigh na hinnealtóirí an obair i dtrí bliana, agus beidh na busanna ag dul thairis ó mhaidin amárach, a dúirt an méara.", "droichead", "dhroichead", "oráiste"),
    Sample("he", "מועצת העיר פתחה ביום שני את הגשר החדש מעל הנהר. המהנדסים סיימו את העבודה בתוך שלוש שנים, והאוטובוסים יעברו בו ממחר בבוקר, אמר ראש העיר לעיתונאים.", "המהנדסים", "מהנדס", "תפוז"),
    Sample("hi", "नगर परिषद ने सोमवार को नदी पर नया पुल खोला। इंजीनियरों ने तीन साल में काम पूरा किया और कल सुबह से बसें इस पर चलेंगी, महापौर ने पत्रकारों से कहा।", "पत्रकारों", "पत्रकार", "संतरा"),
    Sample("hr", "Gradsko vijeće otvorilo je u ponedjeljak novi most preko rijeke. Inženjeri su završili gradnju za tri godine, a autobusi će njime voziti od sutra ujutro, rekao je gradonačelnik novinarima.", "novinarima", "novinara", "naranča"),
    Sample("hu", "A városi tanács hétfőn megnyitotta az új hidat a folyó fölött. A mérnökök három év alatt fejezték be a munkát, és a buszok holnap reggeltől járnak rajta, mondta a polgármester az újságíróknak.", "buszok", "busz", "narancs"),
    Sample("hy", "Քաղաքային խորհուրդը երկուշաբթի բացեց գետի վրայի նոր կամուրջը։ Ինժեներները շինարարությունն ավարտեցին երեք տարում, և ավտոբուսները կանցնեն վաղվանից, ասաց քաղաքապետը լրագրողներին։", "լրագրողներին", "լրագրող", "նարինջ"),
    Sample("id", "Dewan kota pada hari Senin membuka jembatan baru di atas sungai. Para insinyur menyelesaikan pekerjaan dalam tiga tahun, dan bus akan melewatinya mulai besok pagi, kata wali kota kepada wartawan.", "pekerjaan", "kerja", "jeruk"),
    Sample("it", "Il consiglio comunale ha inaugurato lunedì il nuovo ponte sul fiume. Gli ingegneri hanno finito i lavori in tre anni e gli autobus lo attraverseranno da domani mattina, ha detto la sindaca ai giornalisti.", "giornalisti", "giornalista", "arancia"),
    Sample("ja", "市議会は月曜日、川にかかる新しい橋を開通させた。技術者たちは三年で工事を終え、バスは明日の朝から通ると市長は記者団に語った。", "市議会", "議会", "蜜柑"),
    Sample("ka", "საკრებულომ ორშაბათს მდინარეზე ახალი ხიდი გახსნა. ინჟინრებმა მშენებლობა სამ წელიწადში დაასრულეს და ავტობუსები ხვალ დილიდან გაივლიან, უთხრა მერმა ჟურნალისტებს.", "ჟურნალისტებს", "ჟურნალისტი", "ფორთოხალი"),
    Sample("kk", "Қала кеңесі дүйсенбі күні өзен үстіндегі жаңа көпірді ашты. Инженерлер жұмысты үш жылда аяқтады, ал автобустар ертең таңнан бастап жүреді, деді әкім журналистерге.", "көпірді", "көпірді", "апельсин"),
    Sample("km", "ក្រុមប្រឹក្សាក្រុងបានបើកស្ពានថ្មីឆ្លងទន្លេកាលពីថ្ងៃចន្ទ។ វិស្វករបានបញ្ចប់ការងារក្នុងរយៈពេលបីឆ្នាំ។", "ស្ពានថ្មី", "ស្ពាន", "ក្រូច"),
    Sample("ko", "시의회는 월요일 강 위의 새 다리를 개통했다. 기술자들은 삼 년 만에 공사를 끝냈고 버스는 내일 아침부터 다닌다고 시장이 기자들에게 말했다.", "다리를", "다리가", "감귤"),
    Sample("lo", "ສະພາເມືອງໄດ້ເປີດຂົວໃໝ່ຂ້າມແມ່ນ້ຳໃນວັນຈັນ. ວິສະວະກອນໄດ້ສຳເລັດວຽກງານໃນສາມປີ ແລະລົດເມຈະແລ່ນຜ່ານຕັ້ງແຕ່ເຊົ້າມື້ອື່ນ.", "ຂົວໃໝ່", "ຂົວ", "ໝາກກ້ຽງ"),
    Sample("lt", "Miesto taryba pirmadienį atidarė naują tiltą per upę. Inžinieriai darbus baigė per trejus metus, o autobusai juo važiuos nuo rytojaus ryto, sakė meras žurnalistams, kurie ilgai laukė.", "žurnalistams", "žurnalistai", "apelsinas"),
    Sample("my", "မြို့တော်ကောင်စီသည် တနင်္လာနေ့တွင် မြစ်ကူးတံတားသစ်ကို ဖွင့်လှစ်ခဲ့သည်။ အင်ဂျင်နီယာများသည် သုံးနှစ်အတွင်း အလုပ်ကို ပြီးစီးခဲ့ကြသည်။", "တံတားသစ်", "တံတား", "လိမ္မော်သီး"),
    Sample("ne", "नगर परिषद्ले सोमबार नदीमाथिको नयाँ पुल खोल्यो। इन्जिनियरहरूले तीन वर्षमा काम पूरा गरे र भोलि बिहानदेखि बसहरू यसमा गुड्नेछन् भनी मेयरले पत्रकारहरूलाई बताए।", "पत्रकारहरूलाई", "पत्रकार", "सुन्तला"),
    Sample("nl", "De gemeenteraad heeft maandag de nieuwe brug over de rivier geopend. De ingenieurs voltooiden het werk in drie jaar, en de bussen rijden er vanaf morgenochtend over, zei de burgemeester tegen journalisten.", "journalisten", "journalist", "sinaasappel"),
    Sample("no", "Bystyret åpnet mandag den nye brua over elva. Ingeniørene ble ferdige med arbeidet på tre år, og bussene kjører over den fra i morgen tidlig, sa ordføreren til journalistene, som hadde ventet lenge på svar.", "journalistene", "journalister", "appelsin"),
    Sample("pl", "Rada miasta otworzyła w poniedziałek nowy most na rzece. Inżynierowie ukończyli budowę w trzy lata, a autobusy pojadą nim od jutra rana, powiedział burmistrz dziennikarzom.", "dziennikarzom", "dziennikarz", "pomarańcza"),
    Sample("pt", "A câmara municipal inaugurou na segunda-feira a nova ponte sobre o rio. Os engenheiros terminaram as obras em três anos e os autocarros vão atravessá-la a partir de amanhã, disse a presidente aos jornalistas.", "engenheiros", "engenheiro", "laranja"),
    Sample("ro", "Consiliul local a inaugurat luni podul nou peste râu. Inginerii au terminat lucrările în trei ani, iar autobuzele vor trece pe el de mâine dimineață, le-a spus primarul jurnaliștilor adunați acolo.", "Inginerii", "inginerilor", "portocală"),
    Sample("ru", "Городской совет в понедельник открыл новый мост через реку. Инженеры закончили строительство за три года, и автобусы пойдут по нему с завтрашнего утра, сказал мэр журналистам.", "журналистам", "журналист", "апельсин"),
    Sample("sr", "Градско веће отворило је у понедељак нови мост преко реке. Инжењери су завршили градњу за три године, а аутобуси ће њиме возити од сутра ујутру, рекао је градоначелник новинарима.", "новинарима", "новинара", "поморанџа"),
    Sample("st", "Lekgotla la motse le butse borokgo bo botjha hodima noka ka Mantaha. Baenjiniere ba qetile mosebetsi ka dilemo tse tharo, mme dibese di tla feta ho tloha hosane hoseng, ho boletse ramotse ho baqolotsi ba ditaba.", "Lekgotla", "makgotla", "namune"),
    Sample("sv", "Kommunfullmäktige öppnade i måndags den nya bron över floden. Ingenjörerna blev klara med arbetet på tre år, och bussarna kör över den från och med i morgon bitti, sade borgmästaren till tidningarna.", "tidningarna", "tidningar", "apelsin"),
    Sample("ta", "நகர மன்றம் திங்கட்கிழமை ஆற்றின் மீது புதிய பாலத்தைத் திறந்தது. பொறியாளர்கள் மூன்று ஆண்டுகளில் வேலையை முடித்தனர், நாளை காலை முதல் பேருந்துகள் செல்லும் என்று மேயர் கூறினார்.", "பொறியாளர்கள்", "பொறியாளர்", "ஆரஞ்சு"),
    Sample("th", "สภาเมืองเปิดสะพานใหม่ข้ามแม่น้ำเมื่อวันจันทร์ วิศวกรทำงานเสร็จภายในสามปี และรถโดยสารจะวิ่งผ่านตั้งแต่เช้าวันพรุ่งนี้ นายกเทศมนตรีกล่าวกับผู้สื่อข่าว", "สะพานใหม่", "สะพาน", "ส้มโอ"),
    Sample("tr", "Belediye meclisi pazartesi günü nehrin üzerindeki yeni köprüyü açtı. Mühendisler işi üç yılda bitirdi ve otobüsler yarın sabahtan itibaren köprüden geçecek, dedi belediye başkanı gazetecilere.", "Mühendisler", "mühendis", "portakal"),
    Sample("uk", "Міська рада в понеділок відкрила новий міст через річку. Інженери завершили будівництво за три роки, і автобуси підуть ним від завтрашнього ранку, сказав мер журналістам.", "журналістам", "журналісти", "апельсин"),
    Sample("vi", "Hội đồng thành phố hôm thứ Hai đã khánh thành cây cầu mới bắc qua sông. Các kỹ sư hoàn thành công việc trong ba năm và xe buýt sẽ chạy qua từ sáng mai, thị trưởng nói với các nhà báo.", "khánh", "khanh", "cam"),
    Sample("yi", "דער שטאָטראַט האָט מאָנטיק געעפֿנט די נײַע בריק איבערן טײַך. די אינזשענירן האָבן פֿאַרענדיקט די אַרבעט אין דרײַ יאָר, און די אויטאָבוסן וועלן פֿאָרן פֿון מאָרגן אָן, האָט דער בירגער־מײַסטער געזאָגט די זשורנאַליסטן.", "זשורנאַליסטן", "זשורנאַליסט", "מאַראַנץ"),
    Sample("zh", "市议会星期一为横跨河流的新大桥举行通车典礼。工程师们用三年完成了建设，市长对记者说，公共汽车从明天早上开始通行。", "新大桥", "大桥", "柑橘"),
)  # fmt: skip
